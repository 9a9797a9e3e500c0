package io.apprentice.ingest.live;

import java.time.Duration;

/**
 * Knows what a decoder owes us by when, and kills it when it does not deliver. The decoder gives a camera up by itself after
 * the same times, which is gentler; it is killed if it does not even manage that. Thread-safe.
 */
final class Watchdog {

    /** How long a decoder, with a beat four times a second, may say nothing at all. */
    private static final Duration HANG = Duration.ofSeconds(2);
    /** How long a decoder may take from its start to its first beat; it loads some 60 MB of libraries. */
    private static final Duration START = Duration.ofSeconds(20);
    /** How long a decoder may take to give a camera up by itself. */
    private static final Duration GRACE = Duration.ofSeconds(1);
    /** Whoever looks less often than this stood still, and cannot blame the decoder. */
    private static final Duration LOOKS = Duration.ofMillis(500);

    private final Duration openTimeout;
    private final Duration silenceTimeout;
    private final Duration pictureTimeout;
    private Decoder decoder;
    private boolean beaten;
    private boolean asked;
    private boolean seen;
    private long started;
    private long heard;
    private long data;
    private long picture;
    private long looked = System.nanoTime();
    private String verdict = "";

    Watchdog(Duration openTimeout, Duration silenceTimeout) {
        this.openTimeout = openTimeout;
        this.silenceTimeout = silenceTimeout;
        pictureTimeout = openTimeout.compareTo(silenceTimeout) > 0 ? openTimeout : silenceTimeout;
    }

    /** Watches a decoder that was just started. */
    synchronized void started(Decoder child) {
        decoder = child;
        beaten = false;
        started = System.nanoTime();
        verdict = "";
    }

    /** The decoder is being asked for a camera. */
    synchronized void asked() {
        asked = true;
        seen = false;
        heard = System.nanoTime();
        data = heard;
        picture = heard;
    }

    synchronized void beat(Message.Beat beat) {
        if (!beaten && asked) { // only now can it begin with what it was asked for
            asked();
        }
        beaten = true;
        heard = System.nanoTime();
        data = beat.packets() > 0 ? heard : data;
        picture = beat.pictures() > 0 ? heard : picture;
    }

    synchronized void frame() {
        seen = true;
        heard = System.nanoTime();
        data = heard;
        picture = heard;
    }

    /** The camera is lost, the decoder is well. */
    synchronized void over() {
        asked = false;
    }

    /** The decoder is no more; returns why it was killed, or nothing if that was not done here. */
    synchronized String buried() {
        decoder = null;
        asked = false;
        return verdict;
    }

    /** Since the camera's last data. */
    synchronized Duration silence() {
        return Duration.ofNanos(System.nanoTime() - data);
    }

    /** Kills the decoder if it is due; to be called all the time. */
    synchronized void look() {
        long now = System.nanoTime();
        long stood = now - looked > LOOKS.toNanos() ? now - looked : 0;
        looked = now;
        started += stood;
        heard += stood;
        data += stood;
        picture += stood;
        if (decoder == null || !verdict.isEmpty()) {
            return;
        }
        verdict = problem(now);
        if (!verdict.isEmpty()) {
            decoder.kill();
        }
    }

    private String problem(long now) {
        if (!asked) {
            return ""; // between two attempts nobody listens
        }
        if (!beaten) {
            return now - started > START.toNanos() ? "the decoder did not start" : "";
        }
        if (now - heard > HANG.toNanos()) {
            return "the decoder hung";
        }
        if (now - picture > (seen ? pictureTimeout : openTimeout).plus(GRACE).toNanos()) {
            return noPicture(seen ? pictureTimeout : openTimeout);
        }
        return seen && now - data > silenceTimeout.plus(GRACE).toNanos() ? noData(silenceTimeout) : "";
    }

    static String noPicture(Duration time) {
        return "no picture in %.1f s".formatted(time.toMillis() / 1e3);
    }

    static String noData(Duration time) {
        return "no data in %.1f s".formatted(time.toMillis() / 1e3);
    }
}
