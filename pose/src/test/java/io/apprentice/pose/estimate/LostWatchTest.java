package io.apprentice.pose.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.pose.estimate.Estimate.Searched;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.WdrNetArchitecture;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.TriangleMesh;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.pose.solve.PnpSolution;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class LostWatchTest {

    private static final CameraIntrinsics CAMERA = new CameraIntrinsics(600, 600, 319.5, 239.5, 640, 480);
    /** A stick of 20 cm. */
    private static final ObjectModel STICK = ObjectModel.of(
            "stick", TriangleMesh.of(new float[] {0, 0, 0, 0, 0, 0.2f, 0.001f, 0, 0.1f}, new int[] {0, 1, 2}));

    private static final PoseEstimator NETWORK = new PoseEstimator(
            NetworkWeights.initial(
                    new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 32),
                    1,
                    Map.of(
                            NetworkWeights.OBJECTS, "stick",
                            NetworkWeights.CROP_SIZE, "64",
                            NetworkWeights.DISTANCE, "1.5,3.0")),
            List.of(STICK),
            Precision.FLOAT32);

    private final LostWatch watch = new LostWatch();
    private final List<String> said = new ArrayList<>();

    @AfterAll
    static void close() {
        NETWORK.close();
    }

    /** Ten answers a second. */
    private void see(double fromSecond, double toSecond, Optional<Searched> searched) {
        for (long millis = (long) (1000 * fromSecond); millis < 1000 * toSecond; millis += 100) {
            watch.saw("desk", millis, CAMERA, NETWORK, estimate(searched)).ifPresent(said::add);
        }
    }

    private static Searched lost(double cell, double held) {
        return new Searched(cell, held, 0.7, 1000, List.of());
    }

    private static Estimate estimate(Optional<Searched> searched) {
        Optional<PnpSolution> pose = searched.isPresent()
                ? Optional.empty()
                : Optional.of(new PnpSolution(Se3.IDENTITY, 8, 8, 1, 1, new double[36]));
        return new Estimate(
                "stick", Affine2.IDENTITY, 64, KeypointVotes.none(), pose, 0, new float[64], 8, Map.of(), searched);
    }

    @Test
    void saw_anObjectThatIsLostForLong_saysOnceWhatItLookedLikeAndWhatWasTried() {
        see(0, 35, Optional.of(lost(0.43, 0)));

        assertThat(said)
                .containsExactly(
                        "stick has not been found by camera desk for 10 s: nothing looks like it: the surest cell"
                                + " has 0.43, 0.70 is expected; searched: the whole picture, halves and quarters of it, for objects"
                                + " of 53 to 640 pixels; by these intrinsics it is then 0.19 to 2.25 m away; the network was fitted"
                                + " for 1.5 to 3.0 diameters: 0.30 to 0.60 m, here 200 to 400 pixels; what helps: a longer fit (up"
                                + " --fit-for, fit --for), other distances (fit --distance), detections with the frames, the"
                                + " camera's true intrinsics (--intrinsics); 'apprentice look' shows a frame");
        assertThat(watch.notes())
                .containsEntry(
                        "stick not found by desk", "nothing looks like it: the surest cell has 0.43, 0.70 is expected");
    }

    @Test
    void saw_anObjectThatIsLostForAMoment_saysNothing() {
        for (int second = 0; second < 60; second += 10) {
            see(second, second + 9.5, Optional.of(lost(0.43, 0)));
            see(second + 9.5, second + 10, Optional.empty());
        }
        assertThat(said).isEmpty();
        assertThat(watch.lost()).isEmpty();
    }

    @Test
    void saw_whenTheReasonChanges_saysEachOnce() {
        see(0, 30, Optional.of(lost(0.43, 0)));
        see(30, 60, Optional.of(lost(0.8, 0)));
        see(60, 90, Optional.of(lost(0.8, 0.65)));
        see(90, 120, Optional.of(lost(0.8, 0)));

        assertThat(said)
                .extracting(text -> text.replaceFirst("[^:]*: ", "").replaceFirst("[:;].*", ""))
                .containsExactly(
                        "nothing looks like it",
                        "something looks like it (a cell has 0.80, 0.70 is expected), but two looks disagree on its pose",
                        "a pose comes up, but its surest cell has 0.65, 0.70 is expected");
        see(120, 121, Optional.empty());
        assertThat(watch.notes()).isEmpty();
    }
}
