package io.apprentice.pose.solve;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.Windowless;
import io.apprentice.pose.prediction.Correspondences;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.bytedeco.javacpp.indexer.DoubleIndexer;
import org.bytedeco.opencv.global.opencv_calib3d;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * EPnP in RANSAC by OpenCV, then Levenberg-Marquardt on the inliers, by their weights. RANSAC's random choices start from
 * a fixed seed in every call, so the same correspondences give the same pose.
 */
public final class EpnpRansac implements PnpSolver {

    static {
        Windowless.openCv();
    }

    private static final int ITERATIONS = 100;
    private static final double CONFIDENCE = 0.99;
    private static final int FEWEST_INLIERS = 6;
    private static final double CLEARLY_BETTER = 1.1;

    private final PnpSettings settings;

    /** A solver with {@link PnpSettings#DEFAULT}. */
    public EpnpRansac() {
        this(PnpSettings.DEFAULT);
    }

    /** A solver with the given settings. */
    public EpnpRansac(PnpSettings settings) {
        this.settings = settings;
    }

    @Override
    public Optional<PnpSolution> solve(List<Vec3> keypoints, Correspondences correspondences, CameraIntrinsics camera) {
        return solve(keypoints, correspondences, camera, Optional.empty());
    }

    /**
     * Solves with a rough pose. Points that lie nearly in a plane are explained almost as well by a second pose, tilted
     * the other way. The result is then the pose that is reached from {@code guess}, unless the other one is clearly
     * better.
     */
    public Optional<PnpSolution> solveNear(
            List<Vec3> keypoints, Correspondences correspondences, CameraIntrinsics camera, Se3 guess) {
        return solve(keypoints, correspondences, camera, Optional.of(guess));
    }

    private Optional<PnpSolution> solve(
            List<Vec3> keypoints, Correspondences correspondences, CameraIntrinsics camera, Optional<Se3> guess) {
        int n = correspondences.size();
        double[] pixels = correspondences.pixels().clone();
        if (n < FEWEST_INLIERS || !Arrays.stream(pixels).allMatch(Double::isFinite)) {
            return Optional.empty();
        }
        try (Mat matrix = cameraMatrix(camera);
                Mat object = matrix(correspondences.points(), n, 3)) {
            undistort(pixels, n, camera, matrix);
            double threshold =
                    Math.max(settings.smallestThreshold(), settings.relativeThreshold() * apparentSize(pixels, n));
            Correspondences undistorted = new Correspondences(
                    correspondences.points(), pixels, correspondences.weights(), correspondences.perCell());
            try (Mat image = matrix(pixels, n, 2)) {
                Optional<PnpSolution> free = ransac(object, image, matrix, threshold)
                        .flatMap(start -> refine(start, start, keypoints, undistorted, camera, threshold));
                return free.flatMap(found -> guess.flatMap(start ->
                                refine(found.objectToCamera(), start, keypoints, undistorted, camera, threshold))
                        .filter(near -> CLEARLY_BETTER * explained(near, threshold) >= explained(found, threshold))
                        .or(() -> free));
            }
        }
    }

    /** The longer side of the box around all votes, without the outermost twentieth on each side. */
    private static double apparentSize(double[] pixels, int n) {
        double longer = 0;
        for (int axis = 0; axis < 2; axis++) {
            double[] along = new double[n];
            for (int i = 0; i < n; i++) {
                along[i] = pixels[2 * i + axis];
            }
            Arrays.sort(along);
            longer = Math.max(longer, along[n - 1 - n / 20] - along[n / 20]);
        }
        return longer;
    }

    private static Optional<Se3> ransac(Mat object, Mat image, Mat camera, double threshold) {
        try (Mat rotationVector = new Mat();
                Mat translation = new Mat();
                Mat inliers = new Mat();
                Mat rotation = new Mat();
                Mat noDistortion = new Mat()) {
            boolean found = opencv_calib3d.solvePnPRansac(
                    object,
                    image,
                    camera,
                    noDistortion,
                    rotationVector,
                    translation,
                    false,
                    ITERATIONS,
                    (float) threshold,
                    CONFIDENCE,
                    inliers,
                    opencv_calib3d.SOLVEPNP_EPNP);
            if (!found) {
                return Optional.empty();
            }
            opencv_calib3d.Rodrigues(rotationVector, rotation);
            double[] r = doubles(rotation, 9);
            double[] t = doubles(translation, 3);
            boolean usable = Arrays.stream(r).allMatch(Double::isFinite)
                    && Arrays.stream(t).allMatch(Double::isFinite)
                    && t[2] > 0;
            return usable ? Optional.of(new Se3(Quaternion.ofMatrix(r), new Vec3(t[0], t[1], t[2]))) : Optional.empty();
        }
    }

    /** Number of inliers, each weighted down by its distance. */
    private static double explained(PnpSolution solution, double threshold) {
        double error = solution.reprojectionError() / threshold;
        return solution.inliers() * (1 - error * error);
    }

    /** Refines from {@code start}, with the correspondences that agree with {@code consensus}. */
    private Optional<PnpSolution> refine(
            Se3 consensus,
            Se3 start,
            List<Vec3> keypoints,
            Correspondences undistorted,
            CameraIntrinsics camera,
            double threshold) {
        double[] points = undistorted.points();
        double[] pixels = undistorted.pixels();
        double[] weights = undistorted.weights();
        Se3 pose = start;
        int[] inliers = inliers(consensus, points, pixels, camera, threshold);
        for (int round = 0; round < 2; round++) {
            if (inliers.length < FEWEST_INLIERS) {
                return Optional.empty();
            }
            pose = new PnpRefiner(
                            select(points, 3, inliers), select(pixels, 2, inliers), select(weights, 1, inliers), camera)
                    .refine(pose);
            inliers = inliers(pose, points, pixels, camera, threshold);
        }
        double support = Arrays.stream(select(weights, 1, inliers)).sum() / undistorted.perCell();
        boolean enough = inliers.length >= FEWEST_INLIERS
                && support >= settings.leastSupport()
                && pose.translation().z() > 0;
        if (!enough) {
            return Optional.empty();
        }
        double[] squared = new double[weights.length];
        for (int i = 0; i < squared.length; i++) {
            squared[i] = squaredError(pose, points, pixels, camera, i);
        }
        double meanScore = Arrays.stream(weights).average().orElseThrow();
        double[] covariance = covariance(pose, keypoints, VoteNoise.sigma(squared, meanScore), camera);
        if (!Arrays.stream(covariance).allMatch(Double::isFinite)) {
            return Optional.empty();
        }
        double inlierError =
                Arrays.stream(inliers).mapToDouble(i -> squared[i]).average().orElseThrow();
        return Optional.of(
                new PnpSolution(pose, inliers.length, weights.length, Math.sqrt(inlierError), support, covariance));
    }

    /** The covariance if each keypoint is measured once. */
    static double[] covariance(Se3 pose, List<Vec3> keypoints, double sigma, CameraIntrinsics camera) {
        double[] ones = new double[keypoints.size()];
        Arrays.fill(ones, 1);
        double[] points = keypoints.stream()
                .flatMapToDouble(k -> DoubleStream.of(k.x(), k.y(), k.z()))
                .toArray();
        return new PnpRefiner(points, new double[2 * ones.length], ones, camera).covariance(pose, sigma * sigma);
    }

    private static int[] inliers(
            Se3 pose, double[] points, double[] pixels, CameraIntrinsics camera, double threshold) {
        int[] inliers = new int[pixels.length / 2];
        int count = 0;
        for (int i = 0; i < inliers.length; i++) {
            if (squaredError(pose, points, pixels, camera, i) <= threshold * threshold) {
                inliers[count++] = i;
            }
        }
        return Arrays.copyOf(inliers, count);
    }

    private static double squaredError(Se3 pose, double[] points, double[] pixels, CameraIntrinsics camera, int i) {
        Vec3 point = pose.transform(new Vec3(points[3 * i], points[3 * i + 1], points[3 * i + 2]));
        if (!(point.z() > 0)) {
            return Double.POSITIVE_INFINITY;
        }
        double ex = camera.projectX(point) - pixels[2 * i];
        double ey = camera.projectY(point) - pixels[2 * i + 1];
        return ex * ex + ey * ey;
    }

    private static double[] select(double[] values, int width, int[] indices) {
        double[] selected = new double[width * indices.length];
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(values, width * indices[i], selected, width * i, width);
        }
        return selected;
    }

    private static void undistort(double[] pixels, int n, CameraIntrinsics camera, Mat cameraMatrix) {
        if (camera.distortion().isEmpty()) {
            return;
        }
        double[] coefficients =
                camera.distortion().stream().mapToDouble(Double::doubleValue).toArray();
        try (Mat rows = matrix(pixels, n, 2);
                Mat distorted = rows.reshape(2);
                Mat undistorted = new Mat();
                Mat distortion = matrix(coefficients, 1, coefficients.length);
                Mat noRotation = new Mat()) {
            opencv_calib3d.undistortPoints(distorted, undistorted, cameraMatrix, distortion, noRotation, cameraMatrix);
            System.arraycopy(doubles(undistorted, 2 * n), 0, pixels, 0, 2 * n);
        }
    }

    private static Mat cameraMatrix(CameraIntrinsics camera) {
        return matrix(new double[] {camera.fx(), 0, camera.cx(), 0, camera.fy(), camera.cy(), 0, 0, 1}, 3, 3);
    }

    private static Mat matrix(double[] values, int rows, int columns) {
        Mat matrix = new Mat(rows, columns, opencv_core.CV_64F);
        try (DoubleIndexer indexer = matrix.createIndexer()) {
            indexer.put(0, 0, values);
        }
        return matrix;
    }

    private static double[] doubles(Mat matrix, int n) {
        double[] values = new double[n];
        try (Mat flat = matrix.reshape(1, 1);
                DoubleIndexer indexer = flat.createIndexer()) {
            indexer.get(0, 0, values);
        }
        return values;
    }
}
