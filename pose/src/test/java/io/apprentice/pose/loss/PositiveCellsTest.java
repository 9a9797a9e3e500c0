package io.apprentice.pose.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.pose.prediction.CellGrid;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PositiveCellsTest {

    private static final CellGrid GRID = CellGrid.of(128, 128, 4);

    @Test
    void choose_givenMask_takesAboutTenCellsOnIt() {
        byte[] mask = new byte[128 * 128];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (byte) (i % 128 >= 30 && i % 128 < 100 && i / 128 >= 20 && i / 128 < 90 ? 1 : 0);
        }
        for (int seed = 0; seed < 50; seed++) {
            PositiveCells positives = PositiveCells.choose(GRID, mask, 70, new SplittableRandom(seed));
            assertThat(positives.cells().length).isBetween(7, 11);
            assertThat(positives.cells()).doesNotHaveDuplicates();
            for (int cell : positives.cells()) {
                assertThat(positives.labels()[cell]).isEqualTo(PositiveCells.POSITIVE);
            }
            for (int cell = 0; cell < GRID.cells(); cell++) {
                int row = (int) GRID.centreY(cell);
                int pixel = row * 128 + (int) GRID.centreX(cell);
                assertThat(positives.labels()[cell] == PositiveCells.BACKGROUND).isEqualTo(mask[pixel] == 0);
            }
            assertThat(PositiveCells.choose(GRID, mask, 70, new SplittableRandom(seed))
                            .cells())
                    .isEqualTo(positives.cells());
        }
    }

    @Test
    void choose_givenAnotherKnownObject_takesItForNeither() {
        byte[] mask = new byte[128 * 128];
        Arrays.fill(mask, (byte) 2);
        Arrays.fill(mask, 0, 40 * 128, (byte) 1);
        Arrays.fill(mask, 90 * 128, mask.length, (byte) 0);
        PositiveCells positives = PositiveCells.choose(GRID, mask, 40, new SplittableRandom(1));
        assertThat(positives.cells()).isNotEmpty();
        for (int cell = 0; cell < GRID.cells(); cell++) {
            byte seen = mask[128 * (int) GRID.centreY(cell)];
            byte label = positives.labels()[cell];
            assertThat(label == PositiveCells.BACKGROUND).isEqualTo(seen == 0);
            assertThat(seen == 2 && label == PositiveCells.POSITIVE).isFalse();
        }
    }

    @Test
    void choose_bySize_prefersTheLevelWhoseAnchorsFit() {
        byte[] mask = new byte[128 * 128];
        Arrays.fill(mask, (byte) 1);
        for (int cell :
                PositiveCells.choose(GRID, mask, 16, new SplittableRandom(1)).cells()) {
            assertThat(GRID.level(cell)).isLessThanOrEqualTo(1);
        }
        for (int cell :
                PositiveCells.choose(GRID, mask, 256, new SplittableRandom(1)).cells()) {
            assertThat(GRID.level(cell)).isGreaterThanOrEqualTo(1);
        }
    }

    @Test
    void choose_givenEmptyMask_takesNone() {
        PositiveCells positives = PositiveCells.choose(GRID, new byte[128 * 128], 70, new SplittableRandom(1));
        assertThat(positives.cells()).isEmpty();
        assertThat(positives.labels()).containsOnly(PositiveCells.BACKGROUND);
    }

    @Test
    void span_givenMask_isTheLongerSideOfItsBox() {
        byte[] mask = new byte[8 * 8];
        assertThat(PositiveCells.span(mask)).isEqualTo(1);
        mask[2 * 8 + 1] = 1;
        mask[3 * 8 + 6] = 1;
        assertThat(PositiveCells.span(mask)).isEqualTo(6);
    }
}
