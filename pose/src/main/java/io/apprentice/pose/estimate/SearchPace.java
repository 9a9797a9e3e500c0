package io.apprentice.pose.estimate;

/**
 * How often a live stream may search its frames for objects that are missing, so that no frame comes late because of it.
 *
 * <p>Frames earn time for searches as they come: half of what their other work leaves, as measured. A frame may be searched if
 * something is left of that, and its search is then paid. So an object that has just been lost is searched for at once. One
 * that is missing for long is searched for in every frame, or in every few, as the machine allows. Thread-safe.
 */
public final class SearchPace {

    private static final double SHARE = 0.5;
    /** Of the time between frames, however little they leave: else nothing would ever be found again. */
    private static final double LEAST_SHARE = 0.05;
    /** No more is saved up, nor owed: neither a long time with nothing missing nor one slow search counts for long. */
    private static final double MOST_SAVED = 0.1;

    private static final double MOST_OWED = 1;

    private double saved = MOST_SAVED;
    private double work;
    private long newestMillis = Long.MIN_VALUE;

    /**
     * A frame has come; whether it may be searched.
     *
     * @param arrivalMillis when it reached us, milliseconds since any moment
     */
    public synchronized boolean isDue(long arrivalMillis) {
        if (newestMillis != Long.MIN_VALUE && arrivalMillis > newestMillis) {
            double gap = (arrivalMillis - newestMillis) / 1e3;
            saved = Math.min(MOST_SAVED, saved + Math.max(LEAST_SHARE * gap, SHARE * (gap - work)));
        }
        newestMillis = Math.max(newestMillis, arrivalMillis);
        return saved > 0;
    }

    /**
     * A frame has been answered.
     *
     * @param nanos its whole work
     * @param searchMicros what of it was search, 0 if there was none
     */
    public synchronized void took(long nanos, long searchMicros) {
        double search = searchMicros / 1e6;
        work = Math.max(0, nanos / 1e9 - search);
        saved = Math.max(-MOST_OWED, saved - search);
    }
}
