package io.apprentice.pose.teacher;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.ProjectedBox;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.label.LabelQuality;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.KeypointVotes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Makes labels of poses. A pose {@code T} with covariance {@code C} becomes twelve cells. Cell {@code i} votes for the
 * keypoints as they project at
 *
 * <pre>exp(+-sqrt(6) l_i) T,   C = L L^T,   l_i = column i of L</pre>
 *
 * These are the sigma points of the pose: they have its mean and exactly its covariance. So the votes of a keypoint spread
 * by {@code J C J^T}, where {@code J} is how the projected keypoint moves with the pose, up to what is not linear in it. The
 * keypoints of one cell move together, as those of a network do. Each cell's score is the pose's confidence. Without a
 * covariance all votes lie on the keypoints.
 */
public final class PoseLabels {

    private static final int N = 6;
    private static final int CELLS = 2 * N;
    private static final int REGION = 128;
    private static final double REGION_SIDE = 1.5;

    private PoseLabels() {}

    /**
     * A label.
     *
     * @param pose empty if the teacher did not see the object; of poses that look the same, the label has the canonical one
     * @param object the object of the pose
     * @param camera the frame's camera
     * @return without a pose also if a keypoint lies behind the camera
     */
    public static ObjectLabel of(Optional<TaughtPose> pose, ObjectModel object, CameraIntrinsics camera) {
        return pose.flatMap(taught -> seen(taught, object, camera)).orElseGet(() -> unseen(object, camera));
    }

    private static Optional<ObjectLabel> seen(TaughtPose taught, ObjectModel object, CameraIntrinsics camera) {
        Se3 given = taught.objectToCamera();
        Se3 pose = object.symmetries().canonical(given);
        Se3 symmetry = given.inverse().times(pose);
        Optional<double[]> place = project(pose, object.keypoints(), camera);
        if (place.isEmpty()) {
            return Optional.empty();
        }
        double[] root = root(taught.covariance());
        int numbers = place.get().length;
        float[] points = new float[CELLS * numbers];
        double squares = 0;
        for (int cell = 0; cell < CELLS; cell++) {
            Se3 moved = moved(given, root, cell / 2, cell % 2 == 0 ? Math.sqrt(N) : -Math.sqrt(N));
            Optional<double[]> votes = project(moved.times(symmetry), object.keypoints(), camera);
            if (votes.isEmpty()) {
                return Optional.empty();
            }
            for (int j = 0; j < numbers; j++) {
                points[cell * numbers + j] = (float) votes.get()[j];
                squares += (votes.get()[j] - place.get()[j]) * (votes.get()[j] - place.get()[j]);
            }
        }
        int correspondences = CELLS * numbers / 2;
        float[] scores = new float[CELLS];
        Arrays.fill(scores, (float) taught.confidence());
        ProjectedBox box = ProjectedBox.around(place.get());
        return Optional.of(new ObjectLabel(
                object.id(),
                Affine2.squareCrop(box.centreX(), box.centreY(), Math.max(1, REGION_SIDE * box.longerSide()), REGION),
                REGION,
                new KeypointVotes(object.keypoints().size(), scores, points),
                Optional.of(pose),
                new LabelQuality(
                        correspondences, correspondences, Math.sqrt(squares / correspondences), taught.confidence()),
                Optional.empty()));
    }

    private static ObjectLabel unseen(ObjectModel object, CameraIntrinsics camera) {
        double side = Math.max(camera.width(), camera.height());
        return new ObjectLabel(
                object.id(),
                Affine2.squareCrop(camera.width() / 2.0, camera.height() / 2.0, side, REGION),
                REGION,
                new KeypointVotes(object.keypoints().size(), new float[0], new float[0]),
                Optional.empty(),
                new LabelQuality(0, 0, 0, 0),
                Optional.empty());
    }

    /** Frame pixels x1 y1 x2 y2 ..., with distortion; empty if a point is not in front of the camera. */
    private static Optional<double[]> project(Se3 objectToCamera, List<Vec3> keypoints, CameraIntrinsics camera) {
        if (ProjectedBox.of(keypoints, objectToCamera, camera).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(keypoints.stream()
                .flatMapToDouble(point -> Arrays.stream(camera.pixel(objectToCamera.transform(point))))
                .toArray());
    }

    /** The pose, moved by a multiple of a column of the covariance's root. */
    private static Se3 moved(Se3 pose, double[] root, int column, double factor) {
        double[] d = new double[N];
        for (int row = 0; row < N; row++) {
            d[row] = factor * root[N * row + column];
        }
        Vec3 turn = new Vec3(d[3], d[4], d[5]);
        double angle = turn.norm();
        Quaternion rotation = angle > 0 ? Quaternion.about(turn, angle) : Quaternion.IDENTITY;
        return new Se3(rotation.times(pose.rotation()), pose.translation().plus(new Vec3(d[0], d[1], d[2])));
    }

    /** Lower L with L L^T = C (Cholesky); a direction without variance has a column of zeros. */
    private static double[] root(double[] c) {
        double[] l = new double[N * N];
        for (int j = 0; j < N; j++) {
            double rest = c[(N + 1) * j];
            for (int k = 0; k < j; k++) {
                rest -= l[N * j + k] * l[N * j + k];
            }
            if (rest <= 1e-12 * c[(N + 1) * j]) {
                continue;
            }
            double pivot = Math.sqrt(rest);
            l[(N + 1) * j] = pivot;
            for (int i = j + 1; i < N; i++) {
                double sum = c[N * i + j];
                for (int k = 0; k < j; k++) {
                    sum -= l[N * i + k] * l[N * j + k];
                }
                l[N * i + j] = sum / pivot;
            }
        }
        return l;
    }
}
