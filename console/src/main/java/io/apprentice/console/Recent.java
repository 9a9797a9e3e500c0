package io.apprentice.console;

/** How often each of a few things happened in the last half minute. Not thread-safe. */
final class Recent {

    private static final int SECONDS = 30;

    private final long[][] counts;
    private final long[] seconds = new long[SECONDS];
    private long first = Long.MAX_VALUE;

    Recent(int things) {
        counts = new long[things][SECONDS];
    }

    void add(int thing, long nowMillis) {
        long second = nowMillis / 1000;
        int slot = (int) (second % SECONDS);
        if (seconds[slot] != second) {
            seconds[slot] = second;
            for (long[] of : counts) {
                of[slot] = 0;
            }
        }
        counts[thing][slot]++;
        first = Math.min(first, second);
    }

    /** In the last seconds, the present one left out. */
    long count(int thing, int last, long nowMillis) {
        long now = nowMillis / 1000;
        long sum = 0;
        for (int slot = 0; slot < SECONDS; slot++) {
            if (seconds[slot] < now && seconds[slot] >= now - last) {
                sum += counts[thing][slot];
            }
        }
        return sum;
    }

    /** Per second, over the last five or since the first. */
    double rate(int thing, long nowMillis) {
        long span = Math.min(5, nowMillis / 1000 - first);
        return span <= 0 ? 0 : (double) count(thing, 5, nowMillis) / span;
    }
}
