package io.apprentice.pose.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.Vec3;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ObjectModelTest {

    @Test
    void parcel_hasTheSizeItSays() {
        ObjectModel parcel = Parcel.model();

        assertThat(parcel.id()).isEqualTo("parcel");
        assertThat(parcel.diameter()).isCloseTo(Math.sqrt(0.28 * 0.28 + 0.19 * 0.19 + 0.12 * 0.12), within(1e-6));
        assertThat(parcel.keypoints()).hasSize(8);
        assertCloseTo(parcel.keypoints().get(0), new Vec3(-0.14, -0.095, -0.06));
        assertCloseTo(parcel.keypoints().get(1), new Vec3(-0.14, -0.095, 0.06));
        assertCloseTo(parcel.keypoints().get(2), new Vec3(-0.14, 0.095, -0.06));
        assertCloseTo(parcel.keypoints().get(7), new Vec3(0.14, 0.095, 0.06));
    }

    private static void assertCloseTo(Vec3 actual, Vec3 expected) {
        assertThat(actual.minus(expected).norm()).isLessThan(1e-6);
    }

    @Test
    void diameter_givenRandomPoints_equalsTheLongestOfAllPairs() {
        SplittableRandom random = new SplittableRandom(3);
        float[] p = new float[3 * 200];
        for (int i = 0; i < p.length; i++) {
            p[i] = (float) random.nextGaussian();
        }
        double longest = 0;
        for (int i = 0; i < 200; i++) {
            for (int j = 0; j < i; j++) {
                longest = Math.max(
                        longest,
                        Math.hypot(
                                Math.hypot(p[3 * i] - p[3 * j], p[3 * i + 1] - p[3 * j + 1]),
                                p[3 * i + 2] - p[3 * j + 2]));
            }
        }
        assertThat(Diameter.of(p)).isCloseTo(longest, within(1e-6));
    }

    @Test
    void load_givenUnknownBuiltin_saysWhatThereIs() {
        assertThatThrownBy(() -> ObjectModels.load("duck", "builtin:duck"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("builtin:parcel")
                .hasMessageContaining("builtin:duck");
    }
}
