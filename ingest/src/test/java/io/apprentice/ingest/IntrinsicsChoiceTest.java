package io.apprentice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.pose.solve.EpnpRansac;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntrinsicsChoiceTest {

    private static final int CELLS = 10;
    private static final Quaternion UPRIGHT = Quaternion.about(new Vec3(1, 2, 0), 0.8);

    @Test
    void find_givenNoCalibration_assumesOneAndSaysHowWrongItCanBe() throws Exception {
        CameraIntrinsics portrait = new IntrinsicsChoice("x", Optional.empty()).find(Stream.empty(), 480, 640);

        assertThat(portrait).isEqualTo(new CameraIntrinsics(640, 640, 239.5, 319.5, 480, 640));
        assertThat(IntrinsicsChoice.announcement(480, 640))
                .contains("INTRINSICS UNKNOWN", "fx = fy = 640 px", "480x640", "40 to 80 degrees", "27 % too short")
                .contains("68 % too long", "13 degrees", "--intrinsics");
    }

    /** The announced errors are what pose solving makes of a camera of that angle with the assumed numbers. */
    @ParameterizedTest
    @ValueSource(doubles = {40, 80})
    void assumed_givenACameraOfAnotherAngle_errsAsAnnounced(double degrees) {
        double f = 320 / Math.tan(Math.toRadians(degrees) / 2);
        CameraIntrinsics truth = new CameraIntrinsics(f, f, 319.5, 239.5, 640, 480);

        Se3 middle = new Se3(UPRIGHT, new Vec3(0, 0, 1));
        double ratio = solved(truth, middle).translation().z();
        // the object has a depth of its own: a sixth of its distance
        assertThat(ratio).isCloseTo(IntrinsicsChoice.distanceRatio(degrees), within(0.06));

        Se3 atTheEdge = new Se3(UPRIGHT, new Vec3(Math.tan(Math.toRadians(degrees) / 2), 0, 1));
        Quaternion found = solved(truth, atTheEdge).rotation();
        assertThat(Math.toDegrees(found.angleTo(UPRIGHT))).isCloseTo(IntrinsicsChoice.edgeTurn(degrees), within(3.0));
    }

    private static Se3 solved(CameraIntrinsics truth, Se3 objectToCamera) {
        List<Vec3> box = new ArrayList<>();
        float[] points = new float[CELLS * 16];
        for (int i = 0; i < 8; i++) {
            Vec3 corner = new Vec3((i & 1) * 0.1 - 0.05, (i >> 1 & 1) * 0.08 - 0.04, (i >> 2) * 0.06 - 0.03);
            box.add(corner);
            double[] pixel = truth.pixel(objectToCamera.transform(corner));
            for (int at = 2 * i; at < points.length; at += 16) {
                points[at] = (float) pixel[0];
                points[at + 1] = (float) pixel[1];
            }
        }
        float[] scores = new float[CELLS];
        Arrays.fill(scores, 0.9f);
        return new EpnpRansac()
                .solve(box, new KeypointVotes(8, scores, points), IntrinsicsChoice.assumed(640, 480))
                .orElseThrow()
                .objectToCamera();
    }
}
