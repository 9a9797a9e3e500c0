/**
 * What a machine with a GPU needs to try our networks without Java: {@link io.apprentice.benchmarks.cuda.CudaExport}
 * writes the archives and what the CPU answers, {@code benchmarks/cuda/check.py} compares and measures. May use
 * {@code pose}.
 */
package io.apprentice.benchmarks.cuda;
