package io.apprentice.ingest.live;

import java.time.Duration;
import java.util.Optional;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.javacpp.Pointer;

/** Makes FFmpeg return from a call, if the network keeps it waiting for too long: FFmpeg asks it ten times a second. */
final class Patience implements AutoCloseable {

    private static final Duration FAREWELL = Duration.ofMillis(500);

    private final AVIOInterruptCB.Callback_Pointer asked = new AVIOInterruptCB.Callback_Pointer() {
        @Override
        public int call(Pointer unused) {
            return isOver() ? 1 : 0;
        }
    };
    private final AVIOInterruptCB callback = new AVIOInterruptCB().callback(asked);
    private final Duration open;
    private final Duration silence;
    private final Duration pictures;
    private long dataDeadline;
    private long pictureDeadline;
    private boolean seen;
    private volatile long deadline;
    /** Once over it stays over: an interrupted call may still return the rest of a frame. */
    private volatile boolean over;

    Patience(Duration open, Duration silence) {
        this.open = open;
        this.silence = silence;
        pictures = open.compareTo(silence) > 0 ? open : silence;
        pictureDeadline = System.nanoTime() + open.toNanos();
        deadline = pictureDeadline;
    }

    AVIOInterruptCB callback() {
        return callback;
    }

    /** The camera sent something. */
    void data() {
        if (!isOver()) {
            dataDeadline = System.nanoTime() + silence.toNanos();
            decide();
        }
    }

    /** A picture was decoded. */
    void picture() {
        if (!isOver()) {
            seen = true;
            pictureDeadline = System.nanoTime() + pictures.toNanos();
            decide();
        }
    }

    private void decide() {
        deadline = seen && dataDeadline - pictureDeadline < 0 ? dataDeadline : pictureDeadline;
    }

    private boolean isOver() {
        over = over || System.nanoTime() - deadline > 0;
        return over;
    }

    /** Some time to say farewell. */
    void renew() {
        deadline = System.nanoTime() + FAREWELL.toNanos();
        over = false;
    }

    /** What was waited for in vain; empty if the time is not over. */
    Optional<String> verdict() {
        if (!isOver()) {
            return Optional.empty();
        }
        return Optional.of(
                seen && deadline == dataDeadline
                        ? Watchdog.noData(silence)
                        : Watchdog.noPicture(seen ? pictures : open));
    }

    @Override
    public void close() {
        callback.close();
        asked.close();
    }
}
