package io.apprentice.pose.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CellSelectionTest {

    private static final CellGrid GRID = CellGrid.of(128, 128, 4);
    private static final int CLASSES = 2;

    private final float[] logits = new float[2 * GRID.cells() * CLASSES];
    private final float[] votes = new float[logits.length * 16];
    private final int item = GRID.cells() * CLASSES;

    CellSelectionTest() {
        Arrays.fill(logits, -8);
    }

    @Test
    void grid_givenCrop_laysOutCellsFineToCoarse() {
        assertThat(GRID.cells()).isEqualTo(256 + 64 + 16 + 4);
        assertThat(GRID.centreX(1)).isEqualTo(12);
        assertThat(GRID.centreY(16)).isEqualTo(12);
        assertThat(GRID.centreX(256)).isEqualTo(8);
        assertThat(GRID.level(339)).isEqualTo(3);
        assertThat(GRID.anchor(339)).isEqualTo(256);
    }

    @Test
    void select_givenNothingAboveThreshold_isEmpty() {
        Arrays.fill(logits, -2.1973f); // 0.09999
        assertThat(select().size()).isZero();
    }

    @Test
    void select_givenOutputsThatAreNotNumbers_isEmpty() {
        Arrays.fill(logits, Float.NaN);
        assertThat(select().size()).isZero();
        Arrays.fill(logits, 2);
        Arrays.fill(votes, Float.NaN);
        assertThat(select().size()).isZero();
    }

    @Test
    void select_givenManyCells_takesEachLevelsHighest() {
        SplittableRandom random = new SplittableRandom(3);
        for (int cell = 0; cell < GRID.cells(); cell++) {
            int at = item + cell * CLASSES + 1;
            logits[at] = (float) (random.nextDouble() * 6 - 3);
            for (int k = 0; k < 8; k++) {
                votes[at * 16 + k] = (float) (((k & 1) * 64 - 32) / GRID.anchor(cell));
                votes[at * 16 + 8 + k] = (float) (((k >> 1) * 20 - 30) / GRID.anchor(cell));
            }
        }
        KeypointVotes selected = select();
        int[] shares = LevelShares.of(GRID, 64, 5);
        assertThat(selected.size()).isEqualTo(Arrays.stream(shares).sum());
        int next = 0;
        for (int level = 0; level < GRID.levels(); level++) {
            int start = GRID.levelStart(level);
            double[] scores = new double[GRID.levelStart(level + 1) - start];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = -1 / (1 + Math.exp(-logits[item + (start + i) * CLASSES + 1]));
            }
            Arrays.sort(scores);
            for (int i = 0; i < shares[level]; i++) {
                assertThat((double) selected.scores()[next++]).isCloseTo(-scores[i], within(1e-6));
            }
        }
        // the votes of every cell span the same 64 pixels
        for (int i = 0; i < selected.size(); i++) {
            assertThat(selected.points()[16 * i + 2] - selected.points()[16 * i])
                    .isCloseTo(64, within(1e-4f));
        }
    }

    private KeypointVotes select() {
        return CellSelection.select(GRID, logits, item, votes, item * 16, CLASSES, 1);
    }
}
