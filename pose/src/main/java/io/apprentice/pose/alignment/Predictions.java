package io.apprentice.pose.alignment;

import io.apprentice.pose.prediction.KeypointVotes;

/**
 * The local predictions of student and teacher in one image. Arrays are not copied and not modified.
 *
 * @param keypoints keypoints that each cell votes for
 * @param student the student's votes in frame pixels, [n, keypoints, 2]; a coordinate beyond 1e100 counts as 1e100
 * @param logits the student's logit per cell, [n]
 * @param teacher the teacher's votes in frame pixels, [m, keypoints, 2]
 * @param scores the teacher's probability per cell, [m]
 * @param width frame width, pixels
 * @param height frame height, pixels
 */
public record Predictions(
        int keypoints, double[] student, double[] logits, double[] teacher, double[] scores, int width, int height) {

    /** Far beyond any image, and safe to square. */
    private static final double FARTHEST = 1e100;

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if lengths disagree, a side of the frame is below 1, the teacher's output is not
     *     finite, or a score is negative
     */
    public Predictions {
        requireLength("student votes", student, logits.length, keypoints);
        requireLength("teacher votes", teacher, scores.length, keypoints);
        if (!Votes.finite(teacher)) {
            throw new IllegalArgumentException("teacher votes: expected finite numbers");
        }
        Votes.requireWeights("teacher scores", scores);
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

    private static void requireLength(String name, double[] votes, int cells, int keypoints) {
        if (votes.length != (long) cells * keypoints * 2) {
            throw new IllegalArgumentException(
                    "%s: expected %d x %d x 2, got %d".formatted(name, cells, keypoints, votes.length));
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

    private static double[] limited(double[] votes) {
        double[] limited = new double[votes.length];
        for (int i = 0; i < votes.length; i++) {
            limited[i] = Math.max(-FARTHEST, Math.min(votes[i], FARTHEST));
        }
        return limited;
    }
}
