package io.apprentice.learning.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.apprentice.learning.SyntheticLabels;
import io.apprentice.learning.online.OnlineTraining;
import io.apprentice.learning.online.OnlineTrainingSettings;
import io.apprentice.learning.sample.ExamCrop;
import io.apprentice.learning.sample.HeldLabel;
import io.apprentice.learning.sample.SampleExtractor;
import io.apprentice.learning.step.OptimizerSettings;
import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Query;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.LabelQuality;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.metrics.AddMetric;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.pose.prediction.LocalHead;
import io.apprentice.pose.solve.PnpSolution;
import io.apprentice.scene.CropSettings;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.SyntheticCamera;
import io.apprentice.scene.SyntheticFrame;
import io.apprentice.scene.TrainingCrop;
import io.apprentice.scene.TrainingCrops;
import io.apprentice.scene.parcel.Parcel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The guard with the networks that come with the project, on the synthetic camera. */
class GuardTest {

    private static final ObjectModel PARCEL = Parcel.model();
    /** Every third frame at 15 frames per second, as the teacher's default stride. */
    private static final int STRIDE = 3;

    private static final Se3 BACK_TO_FRONT = new Se3(Quaternion.about(new Vec3(0, 0, 1), Math.PI), Vec3.ZERO);
    private static final int PUBLISH_EVERY = 50;

    private final SyntheticCamera camera = new SyntheticCamera(List.of(PARCEL), SceneSettings.of(11));

    @BeforeAll
    static void useOneThread() {
        TorchRuntime.useThreads(1);
    }

    /**
     * A student learns from a teacher that is right; then the teacher takes the back for the front, votes and pose alike, as sure of
     * itself as before. The truth is only used to measure.
     */
    @Test
    void review_givenTeacherThatGoesWrong_keepsTheStudentInUse() throws IOException {
        try (OnlineTraining training = training(OnlineTrainingSettings.DEFAULTS);
                PoseEstimator teacher = estimator(weights("teacher"))) {
            List<Review> good = learn(training, teacher, 0, 220, Se3.IDENTITY);
            assertThat(good).extracting(Review::verdict).contains(Review.Verdict.PROMOTED);
            double before = share(training.inUse());

            List<Review> bad = learn(training, teacher, 220, 350, BACK_TO_FRONT);
            double after = share(training.inUse());
            double trained = share(training.weights());

            assertThat(before).as("what there is to lose").isGreaterThan(0.3);
            assertThat(trained).as("share without the guard").isLessThan(before - 0.2);
            assertThat(after)
                    .as("share with the guard, %.2f before".formatted(before))
                    .isGreaterThan(before - 0.1);
            assertThat(bad.get(bad.size() - 1).verdict()).isEqualTo(Review.Verdict.WITHHELD);
            assertThat(bad.get(bad.size() - 1).reason()).startsWith("forgets what was confirmed");
        }
    }

    private List<Review> learn(OnlineTraining training, PoseEstimator teacher, int from, int to, Se3 error) {
        List<Review> reviews = new ArrayList<>();
        Optional<Se3> last = Optional.empty();
        long reviewed = training.steps();
        for (int i = from; i < to; i++) {
            SyntheticFrame frame = camera.frame((long) STRIDE * i);
            Estimate estimate = teacher.estimate(
                            List.of(new Query(frame.image(), frame.intrinsics(), PARCEL.id(), Optional.empty(), last)))
                    .get(0);
            last = estimate.pose().map(PnpSolution::objectToCamera);
            training.add(label(frame, i, estimate, error));
            Optional<Review> rollback = training.rollback();
            rollback.ifPresent(reviews::add);
            if (rollback.isEmpty() && training.steps() - reviewed >= PUBLISH_EVERY) {
                reviewed = training.steps();
                reviews.add(training.review());
            }
        }
        return reviews;
    }

    private static Label label(SyntheticFrame frame, long number, Estimate estimate, Se3 error) {
        ObjectLabel label = new ObjectLabel(
                PARCEL.id(),
                estimate.frameToCrop(),
                estimate.cropSize(),
                estimate.predictions(),
                estimate.pose().map(PnpSolution::objectToCamera),
                estimate.pose()
                        .map(p -> new LabelQuality(
                                p.inliers(), p.correspondences(), p.reprojectionError(), estimate.score()))
                        .orElse(new LabelQuality(0, 0, 0, 0)),
                Optional.empty());
        return new Label(
                new LabelReference(0, number),
                frame.image(),
                frame.intrinsics(),
                List.of(moved(label, error, frame.intrinsics())));
    }

    /** The label with another pose, every vote moved by as much as its keypoint. */
    private static ObjectLabel moved(ObjectLabel label, Se3 error, CameraIntrinsics k) {
        if (label.objectToCamera().isEmpty()) {
            return label;
        }
        Se3 pose = label.objectToCamera().get();
        Se3 moved = pose.times(error);
        float[] points = label.predictions().points().clone();
        for (int i = 0; i < points.length; i += 2) {
            Vec3 keypoint = PARCEL.keypoints().get(i / 2 % 8);
            Vec3 before = pose.transform(keypoint);
            Vec3 after = moved.transform(keypoint);
            points[i] += (float) (k.projectX(after) - k.projectX(before));
            points[i + 1] += (float) (k.projectY(after) - k.projectY(before));
        }
        return new ObjectLabel(
                label.objectId(),
                label.frameToCrop(),
                label.cropSize(),
                new KeypointVotes(8, label.predictions().scores(), points),
                Optional.of(moved),
                label.quality(),
                label.foreground());
    }

    /** Share of frames over the whole run whose pose is within a tenth of the diameter; the region is given. */
    private double share(NetworkWeights weights) {
        int right = 0;
        int frames = 60;
        try (PoseEstimator student = estimator(weights)) {
            for (int i = 0; i < frames; i++) {
                SyntheticFrame frame = camera.frame(20L * i + 1);
                Se3 truth = frame.truth().get(0).objectToCamera();
                Query query =
                        new Query(frame.image(), frame.intrinsics(), PARCEL.id(), Optional.empty(), Optional.of(truth));
                right += student.estimate(List.of(query))
                        .get(0)
                        .pose()
                        .filter(p -> AddMetric.within(PARCEL, p.objectToCamera(), truth))
                        .map(p -> 1)
                        .orElse(0);
            }
        }
        return (double) right / frames;
    }

    @Test
    void rollback_givenVersionThatTurnedOutWorse_bringsThePredecessorBack() throws IOException {
        OnlineTrainingSettings d = OnlineTrainingSettings.DEFAULTS;
        OnlineTrainingSettings reckless = new OnlineTrainingSettings(
                3,
                4,
                1,
                16,
                new OptimizerSettings(0.05, 0, 1, 0),
                d.alignment(),
                d.gate(),
                d.augmentation(),
                new GuardSettings(true, 6, 8, 8, 0.1, 0.01, 6, 2));
        SyntheticLabels labels = new SyntheticLabels(List.of(PARCEL));
        try (OnlineTraining training = training(reckless)) {
            for (int i = 0; i < 5; i++) {
                training.add(labels.label(i));
            }
            // nothing was held out yet, so nothing speaks against it
            assertThat(training.review().verdict()).isEqualTo(Review.Verdict.PROMOTED);
            String broken = training.inUse().sha256();
            for (int i = 5; i < 11; i++) {
                training.add(labels.label(i));
                assertThat(training.rollback()).isEmpty();
            }
            training.add(labels.label(11)); // the second one held out
            Review rollback = training.rollback().orElseThrow();
            assertThat(rollback.verdict()).isEqualTo(Review.Verdict.ROLLED_BACK);
            assertThat(rollback.figures()).containsEntry("since_objects", 2.0);
            assertThat(rollback.figures().get("since_in_use"))
                    .isGreaterThan(rollback.figures().get("since_predecessor") + 0.01);
            assertThat(training.inUse().sha256())
                    .isEqualTo(weights("student").sha256())
                    .isEqualTo(training.weights().sha256())
                    .isNotEqualTo(broken);
            assertThat(training.replaySize()).isZero();

            for (int i = 12; i < 15; i++) {
                training.add(labels.label(i));
            }
            Review withheld = training.review();
            assertThat(withheld.verdict()).isEqualTo(Review.Verdict.WITHHELD);
            assertThat(training.inUse().sha256()).isEqualTo(weights("student").sha256());
        }
    }

    /** The teacher's network is promoted over the student's; then labels say what the student's says. */
    @Test
    void rollback_givenLabelsThatErrTowardsThePredecessor_dependsOnWhatWasConfirmed() throws IOException {
        assertThat(rollbackByErringLabels(1)).as("good labels were confirmed").isEmpty();
        assertThat(rollbackByErringLabels(0)).as("nothing was confirmed").isPresent();
    }

    /** Nothing was confirmed before, and the candidate is as near to the teacher as the version in use, since it is the same. */
    @Test
    void review_givenTeacherThatWasWrongFromTheStart_believesTheStudentThatKnowsTheObject() throws IOException {
        assertThat(firstReview(Se3.IDENTITY, rendered(Se3.IDENTITY)).verdict()).isEqualTo(Review.Verdict.PROMOTED);

        Review wrong = firstReview(BACK_TO_FRONT, rendered(Se3.IDENTITY));

        assertThat(wrong.verdict()).isEqualTo(Review.Verdict.WITHHELD);
        assertThat(wrong.reason()).startsWith("follows a teacher that the version in use disputes");
        assertThat(wrong.figures()).containsEntry("confirmed_objects", 0.0);
        assertThat(wrong.figures().get("recent_in_use_spreads")).isGreaterThan(10);
        assertThat(firstReview(BACK_TO_FRONT, rendered(BACK_TO_FRONT)).verdict())
                .as("a student that is as wrong on rendered crops is not believed")
                .isEqualTo(Review.Verdict.PROMOTED);
    }

    private Review firstReview(Se3 error, List<ExamCrop> rendered) throws IOException {
        try (Guard guard = new Guard(
                        weights("student"), List.of(PARCEL), GuardSettings.DEFAULT, Precision.FLOAT32, () -> rendered);
                PoseEstimator teacher = estimator(weights("teacher"))) {
            holdOut(guard, extractor(), teacher, error);
            return guard.review(weights("student"));
        }
    }

    private static List<ExamCrop> rendered(Se3 error) {
        TrainingCrops crops = new TrainingCrops(List.of(PARCEL), 128, CropSettings.DEFAULT, 3);
        return IntStream.range(0, 20)
                .mapToObj(crops::crop)
                .map(c -> new TrainingCrop(
                        c.rgb(),
                        c.classIndex(),
                        c.objectToCamera().times(error),
                        c.frameIntrinsics(),
                        c.frameToCrop(),
                        c.mask(),
                        c.surface()))
                .map(extractor()::exam)
                .toList();
    }

    private static SampleExtractor extractor() {
        OnlineTrainingSettings d = OnlineTrainingSettings.DEFAULTS;
        return new SampleExtractor(
                Map.of(PARCEL.id(), PARCEL), List.of(PARCEL.id()), 128, LocalHead.votes(4), d.gate(), d.augmentation());
    }

    private Optional<Review> rollbackByErringLabels(double confirmedBelow) throws IOException {
        SampleExtractor extractor = extractor();
        GuardSettings settings = new GuardSettings(true, 2, 8, 8, confirmedBelow, 0.01, 6, 6);
        try (Guard guard = new Guard(weights("student"), List.of(PARCEL), settings, Precision.FLOAT32, List::of);
                PoseEstimator teacher = estimator(weights("teacher"));
                PoseEstimator student = estimator(weights("student"))) {
            holdOut(guard, extractor, teacher, Se3.IDENTITY);
            assertThat(guard.review(weights("teacher")).verdict()).isEqualTo(Review.Verdict.PROMOTED);
            holdOut(guard, extractor, student, Se3.IDENTITY);
            return guard.rollback();
        }
    }

    /** Eight labels with poses by {@code labeller}, taken to be sure of them. */
    private void holdOut(Guard guard, SampleExtractor extractor, PoseEstimator labeller, Se3 error) {
        for (int i = 0; i < 8; i++) {
            SyntheticFrame frame = camera.frame(10L * i);
            Optional<Se3> region = Optional.of(frame.truth().get(0).objectToCamera());
            Estimate estimate = labeller.estimate(List.of(
                            new Query(frame.image(), frame.intrinsics(), PARCEL.id(), Optional.empty(), region)))
                    .get(0);
            ObjectLabel label = new ObjectLabel(
                    PARCEL.id(),
                    estimate.frameToCrop(),
                    estimate.cropSize(),
                    estimate.predictions(),
                    estimate.pose().map(PnpSolution::objectToCamera).map(pose -> pose.times(error)),
                    new LabelQuality(80, 80, 0.4, 0.9),
                    Optional.empty());
            Optional<HeldLabel> held = extractor.hold(
                    new Label(new LabelReference(0, i), frame.image(), frame.intrinsics(), List.of(label)));
            held.ifPresent(h -> {
                List<ExamCrop> exams = extractor.exams(h);
                guard.holdOut(exams, guard.ask(exams), new SplittableRandom(1));
            });
        }
    }

    private static OnlineTraining training(OnlineTrainingSettings settings) throws IOException {
        return new OnlineTraining(weights("student"), List.of(PARCEL), settings, TorchRuntime.fastestPrecision());
    }

    private static PoseEstimator estimator(NetworkWeights weights) {
        return new PoseEstimator(weights, List.of(PARCEL), Precision.FLOAT32);
    }

    private static NetworkWeights weights(String role) throws IOException {
        Path file = Path.of("").toAbsolutePath().resolveSibling("models").resolve(role + "-parcel.safetensors");
        assumeThat(Files.isRegularFile(file)).as("%s is there", file).isTrue();
        return NetworkWeights.read(file);
    }
}
