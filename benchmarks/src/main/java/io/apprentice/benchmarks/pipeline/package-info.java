/**
 * How long a frame is on its way through the live services, where, and who holds the cores meanwhile:
 * {@code benchmarks/pipeline}. Start reading in {@link io.apprentice.benchmarks.pipeline.Pipeline}.
 */
package io.apprentice.benchmarks.pipeline;
