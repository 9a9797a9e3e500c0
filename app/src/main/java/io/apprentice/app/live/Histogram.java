package io.apprentice.app.live;

/** Counts of positive durations in buckets 2 % wide: constant memory, quantiles to within 2 %. Not thread-safe. */
final class Histogram {
    private static final double LOG_WIDTH = Math.log(1.02);
    /** Up to about 30 hours in microseconds. */
    private static final int BUCKETS = 1300;

    private final long[] counts = new long[BUCKETS];
    private long total;

    void add(long micros) {
        int bucket = (int) (Math.log((double) Math.max(1, micros)) / LOG_WIDTH);
        counts[Math.min(bucket, BUCKETS - 1)]++;
        total++;
    }

    void addAll(Histogram other) {
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] += other.counts[i];
        }
        total += other.total;
    }

    /** The {@code q}-quantile in milliseconds, NaN where nothing was counted. */
    double quantileMillis(double q) {
        if (total == 0) {
            return Double.NaN;
        }
        long rank = (long) Math.ceil(q * total);
        long seen = 0;
        int bucket = -1;
        while (seen < Math.max(1, rank)) {
            seen += counts[++bucket];
        }
        return Math.exp((bucket + 0.5) * LOG_WIDTH) / 1000;
    }
}
