package io.apprentice.scene.refine;

import io.apprentice.pose.estimate.Regions;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.CropWarp;
import io.apprentice.pose.image.Distortion;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.pose.solve.EpnpRansac;
import io.apprentice.pose.solve.PnpSettings;
import io.apprentice.pose.solve.PnpSolution;
import io.apprentice.scene.render.Light;
import io.apprentice.scene.render.Renderer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the pose at which an object, rendered in its own colours, looks as in the picture, starting from an approximate
 * pose.
 *
 * <p>Each round renders the object at the current pose, tracks corners of the rendering to the picture, and solves the
 * pose from where they are found; the rendering gives each corner's place on the surface. A result counts only if
 * enough corners agree and the picture correlates with the rendering over the whole silhouette. There is no result if
 * the object is mostly occluded, has no texture, or shows another side than expected. Nothing is learnt and no ground
 * truth is needed; the same input gives the same result. Not thread-safe.
 */
final class PoseRefiner {

    private static final int SIZE = 256;
    private static final int PIXELS = SIZE * SIZE;
    private static final int MOST_ROUNDS = 4;
    /** A round that moves no keypoint by more than this is the last, frame pixels. */
    private static final double STILL = 0.3;
    /** Largest distance at which a corner agrees with the pose, crop pixels; the object is about 170 of them wide. */
    private static final double THRESHOLD = 2.5;

    private static final int FEWEST_INLIERS = 15;
    private static final double LEAST_INLIER_SHARE = 0.5;
    private static final double LEAST_AGREEMENT = 0.5;

    private static final Light EVEN_LIGHT = new Light(new Vec3(0, 0, 1), Vec3.ZERO, new Vec3(1, 1, 1));

    private final ObjectModel object;
    private final Renderer renderer = new Renderer(SIZE, SIZE);
    private final EpnpRansac solver = new EpnpRansac(new PnpSettings(0, THRESHOLD, 0));
    private final byte[] seen = new byte[3 * PIXELS];
    private final byte[] drawn = new byte[3 * PIXELS];
    private final byte[] mask = new byte[PIXELS];
    private final float[] surface = new float[3 * PIXELS];

    /** A refiner for one object. */
    public PoseRefiner(ObjectModel object) {
        this.object = object;
    }

    /** A solution in a crop, and the scale of the crop. */
    private record Solved(PnpSolution solution, double scale) {}

    /**
     * Refines the first of several poses for which that succeeds.
     *
     * @param frame the picture
     * @param camera its camera, of the picture's size
     * @param candidates approximate objectToCamera, the likeliest first
     * @return empty if none of them is confirmed by the picture
     * @throws IllegalArgumentException if picture and camera differ in size
     */
    public Optional<RefinedPose> refine(RgbImage frame, CameraIntrinsics camera, List<Se3> candidates) {
        if (frame.width() != camera.width() || frame.height() != camera.height()) {
            throw new IllegalArgumentException("frame: expected %d x %d pixels as the camera has, got %d x %d"
                    .formatted(camera.width(), camera.height(), frame.width(), frame.height()));
        }
        RgbImage pinholeFrame = Distortion.removed(frame, camera);
        CameraIntrinsics pinhole = camera.withoutDistortion();
        for (Se3 candidate : candidates) {
            Optional<RefinedPose> refined = refine(pinholeFrame, pinhole, candidate);
            if (refined.isPresent()) {
                return refined;
            }
        }
        return Optional.empty();
    }

    /**
     * Follows the object: tries the last confirmed pose first, then the network's. So it is enough if the network finds
     * the object now and then.
     *
     * @param confirmed objectToCamera that this method returned for the camera's previous frame
     * @param believed objectToCamera that the network predicts for this frame
     * @return the confirmed pose, of those that look the same the one nearest to the network's; empty if the picture
     *     confirms none
     * @throws IllegalArgumentException if picture and camera differ in size
     */
    public Optional<RefinedPose> refine(
            RgbImage frame, CameraIntrinsics camera, Optional<Se3> confirmed, Optional<Se3> believed) {
        List<Se3> candidates =
                Stream.of(confirmed, believed).flatMap(Optional::stream).toList();
        Optional<RefinedPose> refined = refine(frame, camera, candidates);
        if (!object.symmetries().isSymmetric()) {
            return refined;
        }
        Quaternion wanted = believed.map(Se3::rotation).orElse(Quaternion.IDENTITY);
        return refined.map(pose -> pose.times(object.symmetries().towards(pose.objectToCamera(), wanted)));
    }

    private Optional<RefinedPose> refine(RgbImage frame, CameraIntrinsics camera, Se3 candidate) {
        Se3 pose = candidate;
        Optional<Solved> solved = Optional.empty();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            solved = solve(frame, camera, pose);
            if (solved.isEmpty()) {
                return Optional.empty();
            }
            Se3 before = pose;
            pose = solved.get().solution().objectToCamera();
            if (largestMove(before, pose, camera) < STILL) {
                break;
            }
        }
        return solved.flatMap(s -> confirm(frame, camera, s));
    }

    private Optional<Solved> solve(RgbImage frame, CameraIntrinsics camera, Se3 pose) {
        Optional<Affine2> region = look(frame, camera, pose);
        if (region.isEmpty()) {
            return Optional.empty();
        }
        List<Vec3> points = new ArrayList<>();
        List<CornerTracker.Track> tracks = CornerTracker.track(drawn, mask, seen, SIZE);
        float[] pixels = new float[2 * tracks.size()];
        for (CornerTracker.Track track : tracks) {
            int i = track.y() * SIZE + track.x();
            pixels[2 * points.size()] = track.toX();
            pixels[2 * points.size() + 1] = track.toY();
            points.add(new Vec3(surface[i], surface[PIXELS + i], surface[2 * PIXELS + i]));
        }
        if (points.size() < FEWEST_INLIERS) {
            return Optional.empty();
        }
        KeypointVotes votes = new KeypointVotes(points.size(), new float[] {1}, pixels);
        return solver.solveNear(points, votes.correspondences(points), camera.cropped(region.get(), SIZE), pose)
                .map(solution -> new Solved(solution, region.get().a()));
    }

    private Optional<RefinedPose> confirm(RgbImage frame, CameraIntrinsics camera, Solved solved) {
        PnpSolution s = solved.solution();
        if (s.inliers() < Math.max(FEWEST_INLIERS, LEAST_INLIER_SHARE * s.correspondences())
                || look(frame, camera, s.objectToCamera()).isEmpty()) {
            return Optional.empty();
        }
        double agreement = Likeness.of(drawn, mask, seen, SIZE);
        return agreement < LEAST_AGREEMENT
                ? Optional.empty()
                : Optional.of(new RefinedPose(
                        s.objectToCamera(),
                        s.inliers(),
                        s.correspondences(),
                        s.reprojectionError() / solved.scale(),
                        agreement));
    }

    /**
     * Crops the picture around a pose and renders the object over it; returns frame to crop, or empty if the pose is
     * outside the frame.
     */
    private Optional<Affine2> look(RgbImage frame, CameraIntrinsics camera, Se3 pose) {
        Optional<Affine2> region = Regions.aroundPose(object.keypoints(), pose, camera, SIZE);
        region.ifPresent(frameToCrop -> {
            CropWarp.warp(frame, frameToCrop, SIZE, seen, 0);
            renderer.begin(camera.cropped(frameToCrop, SIZE), Se3.IDENTITY, EVEN_LIGHT);
            renderer.draw(object.mesh(), pose, 0);
            renderer.resolve(drawn, 0);
            renderer.surface(0, pose, mask, surface);
            for (int i = 0; i < PIXELS; i++) {
                if (mask[i] == 0) {
                    System.arraycopy(seen, 3 * i, drawn, 3 * i, 3);
                }
            }
        });
        return region;
    }

    private double largestMove(Se3 from, Se3 to, CameraIntrinsics camera) {
        double largest = 0;
        for (Vec3 keypoint : object.keypoints()) {
            Vec3 a = from.transform(keypoint);
            Vec3 b = to.transform(keypoint);
            largest = Math.max(
                    largest,
                    Math.hypot(camera.projectX(a) - camera.projectX(b), camera.projectY(a) - camera.projectY(b)));
        }
        return largest;
    }
}
