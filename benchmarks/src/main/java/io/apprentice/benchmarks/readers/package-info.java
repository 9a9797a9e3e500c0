/** How poses reach many readers by HTTP; start reading at {@code SseReaders}. */
package io.apprentice.benchmarks.readers;
