package io.apprentice.pose.estimate;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.ProjectedBox;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.prediction.LocalPredictions;
import io.apprentice.pose.solve.PnpSettings;
import io.apprentice.pose.solve.PnpSolution;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One query on its way to an answer: what was seen of its object so far, and the time that it took. */
final class Search {

    /** So many of the places that look most like the object are looked at. */
    private static final int MOST_PLACES = 2;
    /** Crops whose centres are nearer, in sides of the larger, and whose sides differ less, show the same place. */
    private static final double SAME_CENTRE = 0.3;

    private static final double SAME_SIDE = 1.5;

    /**
     * What the network saw of the object in a crop.
     *
     * @param predictions frame pixels
     * @param pose empty if none was asked for, or none was found
     * @param score highest cell score
     * @param foreground probability per cell of the finest level
     */
    record Sight(
            Affine2 region,
            LocalPredictions predictions,
            Optional<PnpSolution> pose,
            double score,
            float[] foreground) {

        private static final Comparator<Sight> WORTH = Comparator.<Sight, Boolean>comparing(
                        sight -> sight.pose().isPresent())
                .thenComparing(Sight::score);

        Sight withoutPose() {
            return new Sight(region, predictions, Optional.empty(), score, foreground);
        }
    }

    /** Windows that an answer tells of. */
    private static final int MOST_WINDOWS = 3;

    /** What a search of the frame came to; the nanoseconds are those that were spent before it. */
    private record Found(double cell, double held, double expected, long nanosBefore) {}

    private final Query query;
    private final List<Sight> places = new ArrayList<>();
    private final List<Estimate.Window> windows = new ArrayList<>();
    private Optional<Sight> best = Optional.empty();
    private Optional<PnpSolution> doubted = Optional.empty();
    private Optional<Found> found = Optional.empty();
    private long cropNanos;
    private long networkNanos;
    private long solveNanos;

    Search(Query query) {
        this.query = query;
    }

    Query query() {
        return query;
    }

    /** Takes a sight of a place where the object should be: one with a pose rather than one without, then the surer. */
    void saw(Sight sight) {
        note(sight.score());
        if (best.isEmpty() || Sight.WORTH.compare(sight, best.get()) > 0) {
            best = Optional.of(sight);
        }
    }

    /** Takes a sight in a window of the frame. */
    void glimpsed(Sight sight) {
        note(sight.score());
        places.add(sight);
        windows.add(new Estimate.Window(sight.region(), sight.score()));
    }

    /** Holds the pose back until {@link #sawAgain} confirms it. */
    void doubt() {
        doubted = pose();
        best = best.map(Sight::withoutPose);
    }

    /** Takes a sight around the doubted pose, which counts if it shows the same pose, and as surely as is expected. */
    void sawAgain(Sight sight, List<Vec3> keypoints) {
        if (doubted.isPresent()
                && sight.pose().isPresent()
                && isSamePose(keypoints, doubted.get(), sight.pose().get())) {
            found = found.map(
                    f -> new Found(f.cell(), Math.max(f.held(), sight.score()), f.expected(), f.nanosBefore()));
            if (sight.score() >= found.map(Found::expected).orElse(0.0)) {
                best = Optional.of(sight);
            }
        }
    }

    private void note(double score) {
        found = found.map(f -> new Found(Math.max(f.cell(), score), f.held(), f.expected(), f.nanosBefore()));
    }

    /** Whether keypoints are, on the mean, within a tenth of the apparent size. */
    private boolean isSamePose(List<Vec3> keypoints, PnpSolution one, PnpSolution other) {
        CameraIntrinsics camera = query.intrinsics();
        Optional<ProjectedBox> box = ProjectedBox.of(keypoints, one.objectToCamera(), camera);
        if (box.isEmpty()
                || ProjectedBox.of(keypoints, other.objectToCamera(), camera).isEmpty()) {
            return false; // behind the camera
        }
        double sum = 0;
        for (Vec3 keypoint : keypoints) {
            Vec3 p = one.objectToCamera().transform(keypoint);
            Vec3 q = other.objectToCamera().transform(keypoint);
            sum += Math.hypot(camera.projectX(p) - camera.projectX(q), camera.projectY(p) - camera.projectY(q));
        }
        return sum / keypoints.size()
                <= PnpSettings.DEFAULT.relativeThreshold() * box.get().longerSide();
    }

    boolean hasPose() {
        return pose().isPresent();
    }

    Optional<PnpSolution> pose() {
        return best.flatMap(Sight::pose);
    }

    /**
     * Begins to search the frame, or goes on with smaller windows: forgets what was seen so far, which did not help.
     *
     * @param expected what a cell around the pose must reach
     */
    void searches(double expected) {
        best = Optional.empty();
        places.clear();
        found = Optional.of(found.map(f -> new Found(f.cell(), f.held(), expected, f.nanosBefore()))
                .orElseGet(() -> new Found(0, 0, expected, nanos())));
    }

    /** Crops around the places that look most like the object, each place once, the surest first. */
    List<Affine2> places(int cropSize) {
        List<Affine2> distinct = new ArrayList<>();
        places.stream()
                .sorted(Comparator.comparingDouble((Sight sight) -> -sight.score()))
                .flatMap(sight -> Regions.around(sight.predictions(), query.intrinsics(), cropSize).stream())
                .filter(place -> distinct.size() < MOST_PLACES
                        && distinct.stream().noneMatch(other -> isSamePlace(place, other, cropSize)))
                .forEach(distinct::add);
        return distinct;
    }

    private static boolean isSamePlace(Affine2 one, Affine2 other, int cropSize) {
        double sides = other.a() / one.a();
        Affine2 back = one.inverse();
        double x = back.u(cropSize / 2.0, cropSize / 2.0);
        double y = back.v(cropSize / 2.0, cropSize / 2.0);
        double away = Math.hypot(other.u(x, y) - cropSize / 2.0, other.v(x, y) - cropSize / 2.0);
        double larger = cropSize * Math.max(1, sides); // in pixels of the other
        return away < SAME_CENTRE * larger && Math.max(sides, 1 / sides) < SAME_SIDE;
    }

    private synchronized long nanos() {
        return cropNanos + networkNanos + solveNanos;
    }

    /** Adds time that the query had a share of; several threads may. */
    synchronized void took(long crop, long network, long solve) {
        cropNanos += crop;
        networkNanos += network;
        solveNanos += solve;
    }

    /** The answer; {@code none} are predictions without cells. */
    Estimate answer(int cropSize, int foregroundWidth, LocalPredictions none) {
        // of a window, if no cell saw the object
        Sight sight =
                best.or(() -> places.stream().findFirst()).orElseGet(() -> nothing(cropSize, foregroundWidth, none));
        return new Estimate(
                query.objectId(),
                sight.region(),
                cropSize,
                sight.predictions(),
                sight.pose(),
                sight.score(),
                sight.foreground(),
                foregroundWidth,
                Map.of("crop", cropNanos / 1000, "network", networkNanos / 1000, "solve", solveNanos / 1000),
                found.map(f -> new Estimate.Searched(
                        f.cell(), f.held(), f.expected(), (nanos() - f.nanosBefore()) / 1000, surest())));
    }

    private List<Estimate.Window> surest() {
        return windows.stream()
                .sorted(Comparator.comparingDouble(Estimate.Window::cell).reversed())
                .limit(MOST_WINDOWS)
                .toList();
    }

    /** Of an object that was not looked for. */
    private Sight nothing(int cropSize, int foregroundWidth, LocalPredictions none) {
        return new Sight(
                Regions.wholeFrame(query.intrinsics(), cropSize),
                none,
                Optional.empty(),
                0,
                new float[foregroundWidth * foregroundWidth]);
    }
}
