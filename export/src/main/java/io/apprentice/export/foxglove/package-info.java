/**
 * Our records as messages of Foxglove's published schemas. Start reading at
 * {@link io.apprentice.export.foxglove.FoxgloveMessages}.
 */
package io.apprentice.export.foxglove;
