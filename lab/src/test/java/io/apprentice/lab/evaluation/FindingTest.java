package io.apprentice.lab.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.Extent;
import io.apprentice.pose.estimate.LastPoses;
import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Query;
import io.apprentice.pose.estimate.Regions;
import io.apprentice.pose.estimate.Workers;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.ProjectedBox;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.metrics.AddMetric;
import io.apprentice.pose.network.CropNetwork;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.network.WdrNet;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.solve.PnpSolution;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.SyntheticCamera;
import io.apprentice.scene.SyntheticFrame;
import io.apprentice.scene.TruePose;
import io.apprentice.scene.parcel.Parcel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The parcel, small in a large picture of other things, for the teacher that comes with the project. */
class FindingTest {

    private static final ObjectModel PARCEL = Parcel.model();
    private static final int TIMES = 3;
    private static final int PICTURES = 16;
    private static final int WINDOWS_BY_TURNS = 4;

    /** A frame in a picture that is larger; the parcel is a seventh of its width on the mean. */
    private record Picture(RgbImage image, CameraIntrinsics camera, Se3 truth) {

        boolean isRight(Estimate estimate) {
            return estimate.pose()
                    .map(PnpSolution::objectToCamera)
                    .filter(pose -> AddMetric.error(PARCEL, pose, truth) < 0.1 * PARCEL.diameter())
                    .isPresent();
        }

        Query query(Optional<Affine2> region, Extent extent) {
            return new Query(image, camera, PARCEL.id(), region, Optional.empty(), extent);
        }
    }

    private static NetworkWeights teacher;
    private static List<Picture> pictures;

    @BeforeAll
    static void paint() throws IOException {
        teacher = NetworkWeights.read(Path.of("../models/teacher-parcel.safetensors"));
        pictures = new ArrayList<>();
        Random random = new Random(1);
        for (long seed = 500; pictures.size() < PICTURES; seed++) {
            SyntheticFrame frame = new SyntheticCamera(List.of(PARCEL), SceneSettings.of(seed)).frame(3);
            TruePose truth = frame.truth().get(0);
            if (truth.visibleFraction() > 0.7) {
                pictures.add(laidInto(frame, truth.objectToCamera(), random));
            }
        }
    }

    private static Picture laidInto(SyntheticFrame frame, Se3 truth, Random random) {
        CameraIntrinsics small = frame.intrinsics();
        int width = TIMES * small.width();
        int height = TIMES * small.height();
        int left = random.nextInt(width - small.width());
        int top = random.nextInt(height - small.height());
        byte[] rgb = things(width, height, random);
        for (int y = 0; y < small.height(); y++) {
            System.arraycopy(
                    frame.image().rgb(), 3 * y * small.width(), rgb, 3 * ((y + top) * width + left), 3 * small.width());
        }
        CameraIntrinsics camera =
                new CameraIntrinsics(small.fx(), small.fy(), small.cx() + left, small.cy() + top, width, height);
        return new Picture(new RgbImage(width, height, rgb), camera, truth);
    }

    /** Boxes in all colours and sizes. */
    private static byte[] things(int width, int height, Random random) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < 400; i++) {
            int side = 20 + random.nextInt(i < 100 ? 600 : 150);
            int left = random.nextInt(width) - side / 2;
            int top = random.nextInt(height) - side / 2;
            byte[] colour = new byte[3];
            random.nextBytes(colour);
            for (int y = Math.max(0, top); y < Math.min(height, top + side); y++) {
                for (int x = Math.max(0, left); x < Math.min(width, left + side); x++) {
                    System.arraycopy(colour, 0, rgb, 3 * (y * width + x), 3);
                }
            }
        }
        return rgb;
    }

    private static PoseEstimator estimator() {
        return new PoseEstimator(teacher, List.of(PARCEL), TorchRuntime.fastestPrecision());
    }

    @Test
    void estimate_givenASmallObject_isRightAlmostAsOftenAsInItsTrueRegion() {
        int found = 0;
        int inTrueRegion = 0;
        double share = 0;
        try (PoseEstimator estimator = estimator()) {
            for (Picture picture : pictures) {
                Affine2 region = Regions.aroundPose(
                                PARCEL.keypoints(), picture.truth(), picture.camera(), estimator.cropSize())
                        .orElseThrow();
                Query led = picture.query(Optional.of(region), Extent.ALL);
                Query alone = picture.query(Optional.empty(), Extent.ALL);
                inTrueRegion += picture.isRight(estimator.estimate(List.of(led)).get(0)) ? 1 : 0;
                found += picture.isRight(estimator.estimate(List.of(alone)).get(0)) ? 1 : 0;
                share += ProjectedBox.of(PARCEL.keypoints(), picture.truth(), picture.camera())
                                .orElseThrow()
                                .width()
                        / picture.camera().width();
            }
        }
        assertThat(share / PICTURES).isLessThan(0.2);
        assertThat(inTrueRegion).isGreaterThan(PICTURES / 2);
        assertThat(found).isGreaterThanOrEqualTo((int) (0.85 * inTrueRegion));
    }

    @Test
    void estimate_aPartOfTheFrameAtATime_findsTheObjectInAFewFrames() {
        int found = 0;
        try (PoseEstimator estimator = estimator()) {
            for (Picture picture : pictures) {
                LastPoses poses = new LastPoses(5);
                boolean right = false;
                for (int frame = 0; frame < WINDOWS_BY_TURNS && !right; frame++) {
                    Extent turn = Extent.part(poses.searches("camera", PARCEL.id()));
                    Estimate estimate = estimator
                            .estimate(List.of(picture.query(Optional.empty(), turn)))
                            .get(0);
                    poses.update("camera", PARCEL.id(), estimate.pose().map(PnpSolution::objectToCamera), true);
                    right = picture.isRight(estimate);
                }
                found += right ? 1 : 0;
            }
        }
        assertThat(found).isGreaterThanOrEqualTo((int) (0.75 * PICTURES));
    }

    @Test
    void estimate_whileTheLastPoseIsKnown_doesNotLookThroughWindows() {
        Picture picture = pictures.get(0);
        CameraIntrinsics camera = picture.camera();
        RgbImage black = RgbImage.black(camera.width(), camera.height());
        AtomicInteger crops = new AtomicInteger();
        try (PoseEstimator estimator = new PoseEstimator(
                teacher,
                List.of(PARCEL),
                weights -> new Counting(new WdrNet(weights, TorchRuntime.fastestPrecision()), crops),
                Workers.none())) {
            Query seen = new Query(
                    black, camera, PARCEL.id(), Optional.empty(), Optional.of(picture.truth()), Extent.part(1));
            Query forgotten = new Query(black, camera, PARCEL.id(), Optional.empty(), Optional.empty(), Extent.part(3));
            estimator.estimate(List.of(seen));
            int few = crops.getAndSet(0);
            estimator.estimate(List.of(forgotten));

            assertThat(few).isBetween(2, 5);
            assertThat(crops.get()).isGreaterThanOrEqualTo(1 + 7);
        }
    }

    /** Counts what a network is asked. */
    private record Counting(CropNetwork network, AtomicInteger crops) implements CropNetwork {
        @Override
        public WdrNet.Output run(ByteBuffer rgb, int batch, int width, int height) {
            crops.addAndGet(batch);
            return network.run(rgb, batch, width, height);
        }

        @Override
        public int largestBatch() {
            return network.largestBatch();
        }

        @Override
        public void close() {
            network.close();
        }
    }

    @Test
    void estimate_whereTheObjectIsNot_findsNothing() {
        Random random = new Random(2);
        int found = 0;
        try (PoseEstimator estimator = estimator()) {
            for (Picture picture : pictures) {
                CameraIntrinsics camera = picture.camera();
                RgbImage empty =
                        new RgbImage(camera.width(), camera.height(), things(camera.width(), camera.height(), random));
                Query query = new Query(empty, camera, PARCEL.id(), Optional.empty(), Optional.empty());
                found += estimator.estimate(List.of(query)).get(0).pose().isPresent() ? 1 : 0;
            }
        }
        assertThat(found).isLessThanOrEqualTo(1);
    }
}
