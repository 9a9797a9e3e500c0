package io.apprentice.learning.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.learning.step.SurfaceLabels;
import io.apprentice.pose.code.SurfaceCodebook;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.CellGrid;
import io.apprentice.pose.prediction.LocalHead;
import io.apprentice.scene.CropSettings;
import io.apprentice.scene.TrainingCrop;
import io.apprentice.scene.TrainingCrops;
import io.apprentice.scene.parcel.Parcel;
import java.util.List;
import org.junit.jupiter.api.Test;

class SurfaceDrawingTest {

    private static final int SIZE = 128;
    private static final int BITS = 10;
    private static final ObjectModel PARCEL = Parcel.model();

    /** The renderer's surface is the other witness; where the two meet a border of parts, they may differ. */
    @Test
    void codes_ofAPose_areThoseOfItsRendering() {
        TrainingCrops crops = new TrainingCrops(List.of(PARCEL), SIZE, CropSettings.DEFAULT, 3);
        SurfaceCodebook codebook = SurfaceCodebook.of(PARCEL.mesh(), BITS);
        CellGrid grid = LocalHead.codes(BITS).grid(SIZE, SIZE);
        int seen = 0;
        int same = 0;
        for (int index = 0; index < 30; index++) {
            TrainingCrop crop = crops.crop(index);
            int[] rendered =
                    SurfaceLabels.codes(List.of(PARCEL), BITS).labels(0, crop.surface(), SIZE, grid, grid.cells());
            int[] drawn = SurfaceDrawing.codes(
                    PARCEL.mesh(), codebook, crop.objectToCamera(), crop.frameIntrinsics(), crop.frameToCrop(), grid);
            for (int cell = 0; cell < drawn.length; cell++) {
                if (rendered[cell] >= 0) {
                    seen++;
                    same += rendered[cell] == drawn[cell] ? 1 : 0;
                }
            }
        }
        assertThat(seen).isGreaterThan(3000);
        assertThat((double) same / seen).isGreaterThan(0.9);
    }
}
