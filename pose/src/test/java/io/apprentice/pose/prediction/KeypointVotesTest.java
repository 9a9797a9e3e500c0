package io.apprentice.pose.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class KeypointVotesTest {
    private static final float[] TRUTH = {10, 10, 20, 10};

    @Test
    void meanDistance_givenCells_weighsThemByTheirScoresAndCapsEach() {
        // the first cell is 3 and 5 off, the second far away
        KeypointVotes votes =
                new KeypointVotes(2, new float[] {0.75f, 0.25f}, new float[] {13, 10, 23, 14, 1000, 10, 20, 10});

        assertThat(votes.meanDistance(TRUTH, 20)).isCloseTo(0.75 * 4 + 0.25 * 20, within(1e-9));
    }

    @Test
    void meanDistance_givenNoCellOrNoNumber_isTheMost() {
        assertThat(new KeypointVotes(2, new float[0], new float[0]).meanDistance(TRUTH, 20))
                .isEqualTo(20);
        KeypointVotes broken = new KeypointVotes(2, new float[] {0.5f}, new float[] {Float.NaN, 10, 20, 10});
        assertThat(broken.meanDistance(TRUTH, 20)).isEqualTo(20);
        assertThatThrownBy(() -> broken.meanDistance(new float[] {1, 2}, 20))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected 2 keypoints x 2, got 2");
    }
}
