package io.apprentice.benchmarks.readers;

/** How often a delay of so many tenths of a millisecond occurred, up to ten seconds. Thread-safe. */
final class Delays {

    private static final int NANOS = 100_000;

    private final long[] counts = new long[100_000];
    private long all;

    synchronized void add(long nanos) {
        counts[(int) Math.min(counts.length - 1L, nanos / NANOS)]++;
        all++;
    }

    /** Milliseconds. */
    synchronized double quantile(double share) {
        long below = 0;
        for (int i = 0; i < counts.length; i++) {
            below += counts[i];
            if (below > share * all) {
                return (i + 1) / 10.0;
            }
        }
        return Double.NaN;
    }
}
