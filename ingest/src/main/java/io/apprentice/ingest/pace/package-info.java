/** When the next frame is due: {@link io.apprentice.ingest.pace.Rate} is what a user asks for, {@link io.apprentice.ingest.pace.Pacer} keeps to it. */
package io.apprentice.ingest.pace;
