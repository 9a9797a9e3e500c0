package io.apprentice.learning.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.LabelQuality;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.prediction.KeypointVotes;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class UndistortionTest {

    private static final double K1 = -0.2;
    private static final CameraIntrinsics LENS =
            new CameraIntrinsics(200, 200, 100, 80, 200, 160, List.of(K1, 0.0, 0.0, 0.0));

    @Test
    void apply_givenRadialDistortion_movesPictureAndVotesAlike() {
        // the pinhole would see the point at x = 0.3, y = 0.2 (z = 1) at pixel 160, 120; the lens draws it inwards
        double r2 = 0.3 * 0.3 + 0.2 * 0.2;
        double x = 200 * 0.3 * (1 + K1 * r2) + 100;
        double y = 200 * 0.2 * (1 + K1 * r2) + 80;
        byte[] rgb = new byte[3 * 200 * 160];
        for (int v = (int) y - 1; v <= y + 2; v++) {
            for (int u = (int) x - 1; u <= x + 2; u++) {
                rgb[3 * (200 * v + u)] = (byte) 200;
            }
        }
        KeypointVotes votes = new KeypointVotes(1, new float[] {1}, new float[] {(float) x, (float) y});
        Label label = new Label(
                new LabelReference(0, 0),
                new RgbImage(200, 160, rgb),
                LENS,
                List.of(new ObjectLabel(
                        "o",
                        Affine2.IDENTITY,
                        64,
                        votes,
                        Optional.empty(),
                        new LabelQuality(0, 0, 0, 0),
                        Optional.empty())));

        Label pinhole = Undistortion.apply(label);

        float[] moved = pinhole.objects().get(0).predictions().points();
        assertThat(moved[0]).isCloseTo(160, Offset.offset(0.05f));
        assertThat(moved[1]).isCloseTo(120, Offset.offset(0.05f));
        assertThat(pinhole.frame().rgb()[3 * (200 * 120 + 160)] & 255).isGreaterThan(150);
        assertThat(pinhole.intrinsics().distortion()).isEmpty();
    }
}
