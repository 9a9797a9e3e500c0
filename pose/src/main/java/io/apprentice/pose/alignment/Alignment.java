package io.apprentice.pose.alignment;

import io.apprentice.pose.prediction.KeypointVotes;
import java.util.List;

/** A distance between a student's and a teacher's local predictions, with its gradient. */
public interface Alignment {

    /**
     * Value and gradient of one image. Finite for finite predictions.
     *
     * @param value the distance, at least about 0
     * @param massPart the part of the value that comes from the difference of total weights: the value if all votes lay
     *     in one place; 0 if the masses are equal
     * @param byPoints gradient with respect to the student's points, same layout
     * @param byLogits gradient with respect to the student's logits, one per cell
     */
    record Result(double value, double massPart, double[] byPoints, double[] byLogits) {

        /** The part of the value that comes from positions. */
        public double positionPart() {
            return value - massPart;
        }

        /** Zero, without a gradient. */
        static Result none(Predictions image) {
            return of(0, image);
        }

        /** A value that is not a number, for a student whose output is not finite; its training step must be skipped. */
        static Result undefined(Predictions image) {
            return of(Double.NaN, image);
        }

        private static Result of(double value, Predictions image) {
            return new Result(value, 0, new double[image.student().length], new double[image.logits().length]);
        }
    }

    /**
     * Measures one image. Safe for use by several threads.
     *
     * @return zeros if either side has no cell; a value that is not a number if the student's output is not finite
     */
    Result measure(Predictions image);

    /**
     * Measures a batch, whose images may differ in their numbers of predictions.
     *
     * @param threads largest number of threads, including the caller; the results do not depend on it
     * @return one result per image, in order
     */
    default List<Result> measure(List<Predictions> batch, int threads) {
        return Parallel.map(batch, threads, this::measure);
    }

    /** Measures one image; the arguments are those of {@link Predictions#of}. */
    default Result measure(double[] student, double[] logits, KeypointVotes teacher, int width, int height) {
        return measure(Predictions.of(student, logits, teacher, width, height));
    }
}
