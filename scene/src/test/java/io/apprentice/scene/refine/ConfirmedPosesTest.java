package io.apprentice.scene.refine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.metrics.AddMetric;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.pose.solve.PnpSolution;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.SyntheticCamera;
import io.apprentice.scene.SyntheticFrame;
import io.apprentice.scene.parcel.Parcel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfirmedPosesTest {

    private static final ObjectModel PARCEL = Parcel.model();
    private static final SyntheticCamera CAMERA = new SyntheticCamera(List.of(PARCEL), SceneSettings.of(5));
    private static final SyntheticFrame FIRST = CAMERA.frame(0);
    private static final SyntheticFrame NEXT = CAMERA.frame(2);
    private static final Estimate LOST = estimate(Optional.empty(), new KeypointVotes(8, new float[0], new float[0]));

    private final ConfirmedPoses confirmed = new ConfirmedPoses(List.of(PARCEL));

    private static Estimate estimate(Optional<Se3> pose, KeypointVotes votes) {
        return new Estimate(
                "parcel",
                Affine2.IDENTITY,
                64,
                votes,
                pose.map(p -> new PnpSolution(p, 16, 16, 1, 5, new double[36])),
                0.7,
                new float[64],
                8,
                Map.of(),
                Optional.empty());
    }

    private static Se3 truth(SyntheticFrame frame) {
        return frame.truth().get(0).objectToCamera();
    }

    /** Two cells that vote, a pixel apart, for the keypoints at a pose. */
    private static KeypointVotes votes(Se3 pose, SyntheticFrame frame) {
        float[] points = new float[32];
        for (int i = 0; i < 16; i++) {
            double[] pixel =
                    frame.intrinsics().pixel(pose.transform(PARCEL.keypoints().get(i % 8)));
            points[2 * i] = (float) pixel[0] + (i < 8 ? -0.5f : 0.5f);
            points[2 * i + 1] = (float) pixel[1];
        }
        return new KeypointVotes(8, new float[] {0.7f, 0.7f}, points);
    }

    private static Se3 turned(Se3 pose, double degrees) {
        return pose.times(new Se3(Quaternion.about(new Vec3(1, 0.3, 0), Math.toRadians(degrees)), Vec3.ZERO));
    }

    private Optional<ObjectLabel> correct(String camera, SyntheticFrame frame, Estimate estimate) {
        return confirmed.correct(camera, frame.image(), frame.intrinsics(), ObjectLabel.of(estimate));
    }

    private static double error(ObjectLabel label, SyntheticFrame frame) {
        return AddMetric.error(PARCEL, label.objectToCamera().orElseThrow(), truth(frame)) / PARCEL.diameter();
    }

    @Test
    void correct_givenARoughEstimate_correctsPoseAndVotes() {
        Se3 rough = turned(truth(FIRST), 6);
        Estimate estimate = estimate(Optional.of(rough), votes(rough, FIRST));

        ObjectLabel label = correct("left", FIRST, estimate).orElseThrow();

        assertThat(error(label, FIRST)).isLessThan(0.02);
        assertThat(label.quality().inliers()).isBetween(20, label.quality().correspondences());
        float[] points = label.predictions().points();
        float[] expected = votes(truth(FIRST), FIRST).points();
        for (int i = 0; i < expected.length; i++) { // the rough pose is off by some tens of pixels
            assertThat(points[i]).isCloseTo(expected[i], within(4f));
        }
    }

    @Test
    void correct_givenALostTeacher_followsWhatTheCameraHadForSure() {
        correct("left", FIRST, estimate(Optional.of(truth(FIRST)), votes(truth(FIRST), FIRST)));

        Optional<ObjectLabel> tracked = correct("left", NEXT, LOST);

        assertThat(correct("right", NEXT, LOST)).isEmpty();
        assertThat(tracked).isPresent();
        assertThat(error(tracked.get(), NEXT)).isLessThan(0.02);
        assertThat(tracked.get().foreground()).isEmpty();
    }

    @Test
    void correct_givenAWrongSide_leavesTheNetworksWord() {
        Se3 wrong = turned(truth(FIRST), 180);

        assertThat(correct("left", FIRST, estimate(Optional.of(wrong), votes(wrong, FIRST))))
                .isEmpty();
        assertThat(correct("left", FIRST, LOST)).isEmpty();
    }
}
