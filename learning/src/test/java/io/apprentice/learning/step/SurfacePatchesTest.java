package io.apprentice.learning.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.CellGrid;
import io.apprentice.scene.CropSettings;
import io.apprentice.scene.TrainingCrop;
import io.apprentice.scene.TrainingCrops;
import io.apprentice.scene.parcel.Parcel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SurfacePatchesTest {

    private static final int SIZE = 128;
    private static final ObjectModel PARCEL = Parcel.model();

    /** The renderer's surface is planes x, y, z: read as triples, labels were noise. */
    @Test
    void labels_givenRenderedCrops_namePiecesOfTheSurface() {
        SurfacePatches patches = new SurfacePatches(List.of(PARCEL), 48);
        CellGrid grid = CellGrid.of(SIZE, SIZE, 4);
        TrainingCrops crops = new TrainingCrops(List.of(PARCEL), SIZE, CropSettings.DEFAULT, 3);
        Map<Integer, float[]> seenAt = new HashMap<>();
        int labelled = 0;
        for (int i = 0; i < 40; i++) {
            TrainingCrop crop = crops.crop(i);
            int[] labels = patches.labels(0, crop.surface(), SIZE, grid, grid.levelStart(2));
            for (int cell = 0; cell < labels.length; cell++) {
                int row = (int) grid.centreY(cell);
                int pixel = row * SIZE + (int) grid.centreX(cell);
                assertThat(labels[cell] >= 0).isEqualTo(crop.mask()[pixel] == 1);
                if (labels[cell] < 0) {
                    continue;
                }
                labelled++;
                float[] point = {
                    crop.surface()[pixel], crop.surface()[SIZE * SIZE + pixel], crop.surface()[2 * SIZE * SIZE + pixel]
                };
                // two points of one of 48 patches of a box lie well within a diameter of each other
                float[] other = seenAt.computeIfAbsent(labels[cell], label -> point);
                assertThat(Math.hypot(Math.hypot(point[0] - other[0], point[1] - other[1]), point[2] - other[2]))
                        .isLessThan(0.5 * PARCEL.diameter());
            }
        }
        assertThat(labelled).isGreaterThan(500);
        assertThat(seenAt).hasSizeGreaterThan(20);
    }
}
