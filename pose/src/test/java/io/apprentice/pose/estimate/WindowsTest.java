package io.apprentice.pose.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowsTest {

    private static final int CROP = 128;

    private static CameraIntrinsics camera(int width, int height) {
        return new CameraIntrinsics(width, width, (width - 1) / 2.0, (height - 1) / 2.0, width, height);
    }

    /** The middle and most of an object's square lie in a window, in a size that networks are fitted for. */
    @ParameterizedTest
    @CsvSource({"640, 480", "480, 640", "1920, 1080", "1280, 960", "321, 240", "500, 500", "2000, 300"})
    void of_coversObjectsFromATwelfthToHalfOfTheFrame(int width, int height) {
        List<Affine2> windows = Windows.of(camera(width, height), CROP, OptionalInt.empty());
        Random random = new Random(1);
        int longer = Math.max(width, height);
        for (int i = 0; i < 2000; i++) {
            double side = longer * Math.exp(random.nextDouble() * Math.log(5) - Math.log(12));
            double x = Math.min(side / 2, width / 2.0) + random.nextDouble() * Math.max(0, width - side);
            double y = Math.min(side / 2, height / 2.0) + random.nextDouble() * Math.max(0, height - side);
            assertThat(windows)
                    .as("object of %.0f pixels at %.0f, %.0f in %d x %d", side, x, y, width, height)
                    .anySatisfy(window -> {
                        assertThat(window.a() * side).isBetween(0.3 * CROP, CROP * 1.0);
                        assertThat(window.u(x, y)).isBetween(0.1 * CROP, 0.9 * CROP);
                        assertThat(window.v(x, y)).isBetween(0.1 * CROP, 0.9 * CROP);
                    });
        }
    }

    @Test
    void of_givenTurns_comesByAllWindows() {
        CameraIntrinsics camera = camera(640, 480);
        Set<Affine2> seen = new HashSet<>();
        for (int turn = 7; turn < 11; turn++) {
            List<Affine2> windows = Windows.of(camera, CROP, OptionalInt.of(turn));
            assertThat(windows).hasSizeLessThanOrEqualTo(7);
            seen.addAll(windows);
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(Windows.of(camera, CROP, OptionalInt.empty()));
    }

    @Test
    void of_givenAnOrdinaryFrame_isFewEnough() {
        assertThat(Windows.of(camera(640, 480), CROP, OptionalInt.empty())).hasSize(26);
    }
}
