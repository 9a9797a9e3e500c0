/**
 * How long the kernels take, one question per class, by JMH on two threads. {@code benchmarks/run NAME} runs one, {@code
 * benchmarks/compare} runs them in turn with PyTorch on the same cores; figures and floors are in {@code docs/performance.md}.
 */
package io.apprentice.benchmarks;
