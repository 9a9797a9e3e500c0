package io.apprentice.lab.experiment;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is shown, and what is learnt from.
 *
 * @param passes how often the film is shown while learning
 * @param closing whether it is shown once more at the end, with the last student and without learning
 * @param stride one frame in this many is labelled
 * @param stepsPerLabel gradient steps per label
 * @param publishEvery steps from one version of the student to the next
 * @param guarded whether only what passes the guard comes into use
 * @param holdOut whether the second half of every two seconds of the film is kept from training
 * @param shift frame of the stream at which the scene changes, or the teacher goes wrong
 * @param error how the teacher goes wrong; empty: it does not
 * @param phases parts of the stream that are scored on their own
 * @param binFrames length of the curves' parts, frames of the stream
 */
record Schedule(
        int passes,
        boolean closing,
        int stride,
        double stepsPerLabel,
        int publishEvery,
        boolean guarded,
        boolean holdOut,
        OptionalInt shift,
        Optional<TeacherError> error,
        List<Phase> phases,
        int binFrames) {

    private static final double HOLD_OUT_PERIOD = 2;

    /**
     * A part of the stream.
     *
     * @param from first frame, of the stream
     * @param to first frame after it
     */
    record Phase(String name, int from, int to) {
        boolean has(int frame) {
            return frame >= from && frame < to;
        }
    }

    /** Whether a frame of the film never enters training. */
    boolean held(int frame, double framesPerSecond) {
        return holdOut && heldOut(frame, framesPerSecond);
    }

    /** Whether a frame lies in the part of a film that may be kept from training. */
    static boolean heldOut(int frame, double framesPerSecond) {
        return frame / framesPerSecond % HOLD_OUT_PERIOD >= HOLD_OUT_PERIOD / 2;
    }
}
