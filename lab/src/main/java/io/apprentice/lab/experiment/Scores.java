package io.apprentice.lab.experiment;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.metrics.PoseErrors;
import io.apprentice.pose.object.ObjectModel;
import java.util.Optional;

/**
 * Counts of right answers. A missing answer counts as wrong.
 *
 * @param scored answers that could be scored
 * @param tenth those with ADD (ADD-S if symmetric) below 0.1 diameter
 * @param twentieth those below 0.05 diameter
 * @param pixels those whose vertices are less than 5 pixels off in the image, on average
 */
record Scores(int scored, int tenth, int twentieth, int pixels) {
    static final Scores NONE = new Scores(0, 0, 0, 0);
    private static final double PIXELS = 5;

    /** Scores one answer, by all vertices of the object. */
    static Scores of(ObjectModel object, CameraIntrinsics camera, Optional<Se3> answer, PoseMatrix truth) {
        if (answer.isEmpty()) {
            return new Scores(1, 0, 0, 0);
        }
        float[] vertices = object.mesh().positions();
        double[] points = new double[vertices.length];
        for (int i = 0; i < points.length; i++) {
            points[i] = vertices[i];
        }
        PoseErrors errors = new PoseErrors(points, PoseMatrix.of(answer.get()), truth);
        double distance = object.symmetries().isSymmetric() ? errors.adds() : errors.add();
        return new Scores(
                1,
                distance < 0.1 * object.diameter() ? 1 : 0,
                distance < 0.05 * object.diameter() ? 1 : 0,
                errors.reprojection(camera) < PIXELS ? 1 : 0);
    }

    Scores plus(Scores other) {
        return new Scores(
                scored + other.scored, tenth + other.tenth, twentieth + other.twentieth, pixels + other.pixels);
    }

    /** Share of those scored; NaN without any. */
    double share(int right) {
        return scored == 0 ? Double.NaN : (double) right / scored;
    }
}
