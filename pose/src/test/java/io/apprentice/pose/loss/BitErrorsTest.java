package io.apprentice.pose.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BitErrorsTest {

    private static final double[] ONES = {1, 1, 1};

    /** Codes are 000; the first bit is right, the second wrong every other time, the third always wrong. */
    private static void batch(BitErrors errors, boolean counts) {
        float[] logits = {-1, -1, 1, -1, 1, 1};
        CodeLoss.addTo(logits, 0, 3, new int[] {0, 0}, ONES, errors, 1, new float[6]);
        errors.endBatch(counts);
    }

    @Test
    void weights_areLargestForABitThatIsHalfLearnt() {
        BitErrors errors = new BitErrors(3);
        assertThat(errors.weights()).containsOnly(1);
        batch(errors, true);
        assertThat(errors.shares()).containsExactly(0, 0.5f, 1);
        assertThat(errors.weights()[0]).isEqualTo(1);
        assertThat(errors.weights()[1]).isCloseTo(Math.exp(3 * 0.01), within(1e-6));
        assertThat(errors.weights()[2]).isCloseTo(Math.exp(3 * -0.49), within(1e-6));
        errors.shares()[0] = 0.255f;
        assertThat(errors.weights()[0]).isCloseTo(Math.exp(3 * 0.255), within(1e-6));
    }

    @Test
    void endBatch_keepsMostOfTheOld() {
        BitErrors errors = new BitErrors(3);
        batch(errors, true);
        errors.shares()[0] = 1;
        batch(errors, true);
        assertThat(errors.shares()[0]).isCloseTo(0.95f, within(1e-6f));
        batch(errors, false);
        assertThat(errors.shares()[0]).isCloseTo(0.95f, within(1e-6f));
    }
}
