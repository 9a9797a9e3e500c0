/**
 * A writer of MCAP files, because there is none for the JVM; see docs/decisions/mcap-writer.md. It knows nothing of our
 * records. Start reading at {@link io.apprentice.export.mcap.McapWriter}.
 */
package io.apprentice.export.mcap;
