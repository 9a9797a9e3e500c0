package io.apprentice.pose.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ObjectModelTest {

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
}
