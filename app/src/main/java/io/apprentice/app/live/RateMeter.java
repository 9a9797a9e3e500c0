package io.apprentice.app.live;

import java.util.Arrays;

/** Events per second over the last few whole seconds. Not thread-safe. */
final class RateMeter {
    private static final int WINDOW = 5;

    private final long[] counts = new long[WINDOW + 1];
    private long second = Long.MIN_VALUE;
    private long firstSecond = Long.MIN_VALUE;

    void add(long nowMicros) {
        advance(nowMicros);
        counts[slot(second)]++;
    }

    double perSecond(long nowMicros) {
        if (second == Long.MIN_VALUE) {
            return 0;
        }
        advance(nowMicros);
        long sum = Arrays.stream(counts).sum() - counts[slot(second)];
        return (double) sum / Math.min(WINDOW, Math.max(1, second - firstSecond));
    }

    private void advance(long nowMicros) {
        long now = nowMicros / 1_000_000;
        if (second == Long.MIN_VALUE) {
            firstSecond = now;
            second = now;
        }
        for (long s = Math.max(second + 1, now - WINDOW); s <= now; s++) {
            counts[slot(s)] = 0;
        }
        second = Math.max(second, now);
    }

    private static int slot(long second) {
        return (int) Math.floorMod(second, WINDOW + 1L);
    }
}
