/**
 * A range of the topics as files that others read. It reads the topics as any consumer would, once and in the order of
 * time, and holds a few megabytes whatever the range.
 *
 * <p>Start reading at {@link io.apprentice.export.Export}; each format is a {@code Recording}.
 */
package io.apprentice.export;
