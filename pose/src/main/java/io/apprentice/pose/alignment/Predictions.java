package io.apprentice.pose.alignment;

import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.pose.prediction.SurfaceCodes;
import java.util.Arrays;

/**
 * The local predictions of student and teacher in one image: of each cell one point for every problem, such as its votes for the
 * eight keypoints in the plane, or its code in the space of the bits' probabilities. Arrays are not copied and not modified.
 *
 * @param problems points of a cell, each to be aligned with those of the same problem
 * @param dimension numbers of a point
 * @param student the student's points, [n, problems, dimension]; a coordinate beyond 1e100 counts as 1e100
 * @param logits the student's logit per cell, [n]
 * @param teacher the teacher's points, [m, problems, dimension]
 * @param scores the teacher's probability per cell, [m]
 * @param partners per cell of the student, the teacher's cell in the same place, or -1; empty if the cells do not correspond
 * @param units what the official variant divides points by, [dimension]
 * @param objectSize what the scale-aware variant divides points by
 */
public record Predictions(
        int problems,
        int dimension,
        double[] student,
        double[] logits,
        double[] teacher,
        double[] scores,
        int[] partners,
        double[] units,
        double objectSize) {

    /** Far beyond any image, and safe to square. */
    private static final double FARTHEST = 1e100;

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if lengths disagree, the teacher's output is not finite, or a score is negative
     */
    public Predictions {
        requireLength("student points", student, logits.length, problems, dimension);
        requireLength("teacher points", teacher, scores.length, problems, dimension);
        if (!Votes.finite(teacher)) {
            throw new IllegalArgumentException("teacher points: expected finite numbers");
        }
        Votes.requireWeights("teacher scores", scores);
    }

    /**
     * Votes in frame pixels, [cells, keypoints, 2].
     *
     * @param width frame width, pixels
     * @param height frame height, pixels
     */
    public Predictions(
            int keypoints,
            double[] student,
            double[] logits,
            double[] teacher,
            double[] scores,
            int width,
            int height) {
        this(
                keypoints,
                2,
                student,
                logits,
                teacher,
                scores,
                new int[0],
                new double[] {width, height},
                Votes.size(limited(teacher)));
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("frame: expected at least 1 x 1, got %d x %d".formatted(width, height));
        }
    }

    /** Predictions with the teacher's votes as a label holds them. */
    public static Predictions of(double[] student, double[] logits, KeypointVotes teacher, int width, int height) {
        return new Predictions(
                teacher.keypoints(),
                student,
                logits,
                Votes.doubles(teacher.points()),
                Votes.doubles(teacher.scores()),
                width,
                height);
    }

    /**
     * Codes, each a point between the corners of a cube of so many dimensions as it has bits.
     *
     * @param student probability of each bit, [cells, bits]
     * @param logits the student's mask
     * @param partners as above
     */
    public static Predictions ofCodes(double[] student, double[] logits, SurfaceCodes teacher, int[] partners) {
        double[] ones = new double[teacher.bits()];
        Arrays.fill(ones, 1);
        return new Predictions(
                1,
                teacher.bits(),
                student,
                logits,
                Votes.doubles(teacher.codes()),
                Votes.doubles(teacher.scores()),
                partners,
                ones,
                Math.sqrt(teacher.bits()));
    }

    private static void requireLength(String name, double[] points, int cells, int problems, int dimension) {
        if (points.length != (long) cells * problems * dimension) {
            throw new IllegalArgumentException(
                    "%s: expected %d x %d x %d, got %d".formatted(name, cells, problems, dimension, points.length));
        }
    }

    boolean empty() {
        return logits.length == 0 || scores.length == 0;
    }

    double[] limitedStudent() {
        return limited(student);
    }

    double[] limitedTeacher() {
        return limited(teacher);
    }

    private static double[] limited(double[] points) {
        double[] limited = new double[points.length];
        for (int i = 0; i < points.length; i++) {
            limited[i] = Math.max(-FARTHEST, Math.min(points[i], FARTHEST));
        }
        return limited;
    }
}
