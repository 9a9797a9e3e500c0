package io.apprentice.scene.refine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.pose.solve.EpnpRansac;
import io.apprentice.pose.solve.PnpSettings;
import io.apprentice.scene.parcel.Parcel;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MovedVotesTest {

    private static final ObjectModel PARCEL = Parcel.model();
    private static final CameraIntrinsics LENS = new CameraIntrinsics(
            600, 610, 320, 240, 640, 480, List.of(-0.2, 0.1, 0.002, -0.001, 0.01, 0.03, 0.02, 0.01));
    private static final Se3 POSE = new Se3(Quaternion.about(new Vec3(1, 2, 3), 2), new Vec3(0.1, -0.05, 0.8));

    private static KeypointVotes scattered(int cells, double spread) {
        SplittableRandom random = new SplittableRandom(1);
        float[] scores = new float[cells];
        float[] points = new float[16 * cells];
        for (int i = 0; i < cells; i++) {
            scores[i] = 0.2f + 0.1f * i;
        }
        for (int i = 0; i < points.length; i++) {
            points[i] = (float) (100 + 10 * (i % 16) + spread * (random.nextDouble() - 0.5));
        }
        return new KeypointVotes(8, scores, points);
    }

    @Test
    void around_givenVotesElsewhere_letsThemSolveToThePose() {
        KeypointVotes moved = MovedVotes.around(scattered(6, 0.2), PARCEL.keypoints(), POSE, LENS);

        Se3 solved = new EpnpRansac(PnpSettings.OFFICIAL)
                .solve(PARCEL.keypoints(), moved, LENS)
                .orElseThrow()
                .objectToCamera();
        // a tenth of a pixel of scatter, at 600 pixels a metre and 0.8 m
        assertThat(solved.translation().minus(POSE.translation()).norm()).isLessThan(2e-3);
        assertThat(solved.rotation().angleTo(POSE.rotation())).isLessThan(5e-3);
    }

    @Test
    void around_keepsHowVotesLieAroundTheirMean() {
        KeypointVotes votes = scattered(5, 1);
        KeypointVotes moved = MovedVotes.around(votes, PARCEL.keypoints(), POSE, LENS);
        assertThat(moved.scores()).isEqualTo(votes.scores());
        for (int j = 0; j < 16; j++) {
            float shift = moved.points()[j] - votes.points()[j];
            for (int i = 1; i < 5; i++) {
                assertThat(moved.points()[16 * i + j] - votes.points()[16 * i + j])
                        .isCloseTo(shift, within(1e-3f));
            }
        }
    }

    @Test
    void around_givenAWaveringNetwork_drawsVotesTogether() {
        KeypointVotes moved = MovedVotes.around(scattered(8, 400), PARCEL.keypoints(), POSE, LENS);
        double[] first = LENS.pixel(POSE.transform(PARCEL.keypoints().get(0)));
        double size = PARCEL.diameter() / POSE.translation().z() * LENS.fx();
        double squares = 0;
        for (int i = 0; i < 8; i++) {
            squares += Math.pow(moved.points()[16 * i] - first[0], 2) / 8;
        }
        assertThat(Math.sqrt(squares)).isBetween(0.0005 * size, 0.006 * size);
    }

    @Test
    void around_givenNoVotes_givesNone() {
        assertThat(MovedVotes.around(scattered(0, 1), PARCEL.keypoints(), POSE, LENS)
                        .size())
                .isZero();
    }
}
