package io.apprentice.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.code.SurfaceCodebook;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.loss.PositiveCells;
import io.apprentice.pose.metrics.AddMetric;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.CellGrid;
import io.apprentice.pose.prediction.LocalHead;
import io.apprentice.pose.solve.EpnpRansac;
import io.apprentice.scene.parcel.Parcel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingCropsTest {
    private static final int SIZE = 64;
    private static final ObjectModel PARCEL = Parcel.model();

    private static TrainingCrops crops(CropSettings settings) {
        return new TrainingCrops(List.of(PARCEL), SIZE, settings, 11);
    }

    @Test
    void crop_givenSeveralThreads_isTheSameAsFromOne() {
        TrainingCrops crops = crops(CropSettings.DEFAULT);
        List<byte[]> parallel = IntStream.range(0, 24)
                .parallel()
                .mapToObj(i -> crops.crop(i).rgb())
                .toList();

        TrainingCrops again = crops(CropSettings.DEFAULT);
        for (int i = 23; i >= 0; i--) {
            assertThat(again.crop(i).rgb()).isEqualTo(parallel.get(i));
        }
    }

    @Test
    void crop_givenAnyIndex_hasSurfacePointsThatProjectToTheirPixels() {
        TrainingCrops crops = crops(CropSettings.DEFAULT);
        int n = SIZE * SIZE;
        int seen = 0;
        for (int index = 0; index < 40; index++) {
            TrainingCrop crop = crops.crop(index);
            CameraIntrinsics camera = crop.frameIntrinsics().cropped(crop.frameToCrop(), SIZE);
            for (int i = 0; i < n; i++) {
                assertThat(Float.isNaN(crop.surface()[2 * n + i])).isEqualTo(crop.mask()[i] == 0);
                if (crop.mask()[i] == 1) {
                    seen++;
                    Vec3 point = crop.objectToCamera()
                            .transform(new Vec3(crop.surface()[i], crop.surface()[n + i], crop.surface()[2 * n + i]));
                    assertThat(camera.projectX(point)).isCloseTo(i % SIZE, within(0.51));
                    assertThat(camera.projectY(point)).isCloseTo(Math.floorDiv(i, SIZE), within(0.51));
                }
            }
        }
        assertThat(seen).isGreaterThan(2 * n);
    }

    /**
     * Codes of what the cells of a crop show, without a network: what is left is the size of the parts and that a pixel's middle is not
     * quite where its surface point is.
     */
    @Test
    void codes_ofACrop_giveItsPose() {
        int size = 128;
        int bits = 16;
        TrainingCrops crops = new TrainingCrops(List.of(PARCEL), size, CropSettings.DEFAULT, 11);
        SurfaceCodebook codebook = SurfaceCodebook.of(PARCEL.mesh(), bits);
        LocalHead head = LocalHead.codes(bits);
        CellGrid grid = head.grid(size, size);
        int solved = 0;
        double sum = 0;
        for (int index = 0; index < 40; index++) {
            TrainingCrop crop = crops.crop(index);
            float[] logits = new float[grid.cells()];
            float[] values = new float[grid.cells() * bits];
            int seen = 0;
            for (int cell = 0; cell < grid.cells(); cell++) {
                int pixel = grid.pixel(cell);
                boolean object = crop.mask()[pixel] == 1;
                seen += object ? 1 : 0;
                logits[cell] = object ? 9 : -9;
                if (object) {
                    int code = codebook.code(
                            crop.surface()[pixel],
                            crop.surface()[size * size + pixel],
                            crop.surface()[2 * size * size + pixel]);
                    for (int bit = 0; bit < bits; bit++) {
                        values[cell * bits + bit] = (code >> (bits - 1 - bit) & 1) == 1 ? 9 : -9;
                    }
                }
            }
            if (seen >= 100) {
                Se3 pose = new EpnpRansac()
                        .solve(
                                PARCEL,
                                head.select(grid, logits, 0, values, 1, 0)
                                        .mapped(crop.frameToCrop().inverse()),
                                crop.frameIntrinsics())
                        .orElseThrow()
                        .objectToCamera();
                solved++;
                sum += AddMetric.add(PARCEL.mesh().positions(), pose, crop.objectToCamera());
            }
        }
        assertThat(solved).isGreaterThan(25);
        assertThat(1000 * sum / solved).as("mm").isLessThan(1.0);
    }

    @Test
    void crop_givenUpperViews_neverSeesTheBottom() {
        TrainingCrops crops = crops(CropSettings.DEFAULT);
        for (int index = 0; index < 60; index++) {
            assertThat(eye(crops.crop(index)).z()).isPositive();
        }
    }

    @Test
    void crop_givenSphereViews_seesEverySide() {
        TrainingCrops crops = crops(new CropSettings(CropSettings.Views.SPHERE, 0, Optional.empty()));
        boolean[] sides = new boolean[6];
        for (int index = 0; index < 120; index++) {
            Vec3 eye = eye(crops.crop(index));
            double most = Math.max(Math.abs(eye.x()), Math.max(Math.abs(eye.y()), Math.abs(eye.z())));
            sides[0] |= eye.x() == most;
            sides[1] |= eye.x() == -most;
            sides[2] |= eye.y() == most;
            sides[3] |= eye.y() == -most;
            sides[4] |= eye.z() == most;
            sides[5] |= eye.z() == -most;
        }
        assertThat(sides).containsOnly(true);
    }

    @Test
    void crop_givenDistancesAndRoll_staysBetweenThemAndUsesThem() {
        TrainingCrops crops = crops(new CropSettings(CropSettings.Views.UPPER, 110, 5, 12, 0, Optional.empty()));
        Vec3 middle = PARCEL.low().plus(PARCEL.high()).times(0.5);
        double nearest = Double.POSITIVE_INFINITY;
        double farthest = 0;
        boolean lies = false;
        for (int index = 0; index < 60; index++) {
            TrainingCrop crop = crops.crop(index);
            Se3 pose = crop.objectToCamera();
            assertThat(crop.mask()).as("what is around hides nothing").contains((byte) 1);
            double diameters = pose.transform(middle).norm() / PARCEL.diameter();
            nearest = Math.min(nearest, diameters);
            farthest = Math.max(farthest, diameters);
            lies |= pose.rotation().rotate(new Vec3(0, 0, 1)).y() > 0.1; // its top points down in the picture
        }
        assertThat(nearest).isBetween(5 - 1e-9, 6.0);
        assertThat(farthest).isBetween(10.0, 12 + 1e-9);
        assertThat(lies).isTrue();
    }

    @Test
    void crop_givenSeveralObjects_oftenShowsOthersThatAreNotTheObject() {
        ObjectModel other = ObjectModel.of("other", PARCEL.mesh());
        TrainingCrops crops = new TrainingCrops(List.of(PARCEL, other), SIZE, CropSettings.DEFAULT, 11);
        int withOther = 0;
        boolean hidden = false;
        for (int index = 0; index < 60; index++) {
            TrainingCrop crop = crops.crop(index);
            assertThat(crop.mask()).as("the object itself is seen").contains((byte) 1);
            boolean[] seen = new boolean[3];
            for (int i = 0; i < crop.mask().length; i++) {
                seen[crop.mask()[i]] = true;
                assertThat(Float.isNaN(crop.surface()[i])).isEqualTo(crop.mask()[i] != 1);
                hidden |= crop.mask()[i] == PositiveCells.OTHER && inTheMiddle(crop, i);
            }
            withOther += seen[PositiveCells.OTHER] ? 1 : 0;
        }
        assertThat(withOther).isBetween(10, 40);
        assertThat(hidden).as("one stands before the object").isTrue();
    }

    /** Whether a pixel lies within a quarter of the object's apparent size from where its middle would be seen. */
    private static boolean inTheMiddle(TrainingCrop crop, int i) {
        CameraIntrinsics camera = crop.frameIntrinsics().cropped(crop.frameToCrop(), SIZE);
        Vec3 middle =
                crop.objectToCamera().transform(PARCEL.low().plus(PARCEL.high()).times(0.5));
        double span = PositiveCells.span(
                PARCEL.keypoints(), crop.objectToCamera(), crop.frameIntrinsics(), crop.frameToCrop());
        return Math.hypot(camera.projectX(middle) - i % SIZE, camera.projectY(middle) - Math.floorDiv(i, SIZE))
                < span / 4;
    }

    @Test
    void settings_givenDistancesInWrongOrder_saysWhatIsExpected() {
        assertThatThrownBy(() -> new CropSettings(CropSettings.Views.UPPER, 30, 4, 2, 0, Optional.empty()))
                .hasMessage("crops.farthest: expected from 4.0 to 100 diameters, got 2.0");
    }

    private static Vec3 eye(TrainingCrop crop) {
        return crop.objectToCamera().inverse().translation();
    }

    @Test
    void crop_givenPictures_hasThemBehindAndAroundTheObjectMostly(@TempDir Path folder) throws IOException {
        byte[] blue = new byte[3 * SIZE * SIZE];
        for (int i = 2; i < blue.length; i += 3) {
            blue[i] = (byte) 250;
        }
        Files.write(folder.resolve("blue.jpg"), ImageCodec.encodeJpeg(new RgbImage(SIZE, SIZE, blue), 95));
        CropSettings settings = new CropSettings(CropSettings.Views.UPPER, 30, 3, 9, 0, Optional.of(folder));

        assertThat(mostlyBlue(crops(settings))).isGreaterThan(0.4);
        assertThat(mostlyBlue(crops(new CropSettings(CropSettings.Views.UPPER, 30, 3, 9, 0, Optional.empty()))))
                .isLessThan(0.1);
    }

    private static double mostlyBlue(TrainingCrops crops) {
        return IntStream.range(0, 60)
                        .filter(index -> {
                            byte[] rgb = crops.crop(index).rgb();
                            long pixels = IntStream.range(0, SIZE * SIZE)
                                    .filter(i -> Byte.toUnsignedInt(rgb[3 * i + 2])
                                            > 1.5
                                                    * Math.max(
                                                            Byte.toUnsignedInt(rgb[3 * i]),
                                                            Byte.toUnsignedInt(rgb[3 * i + 1])))
                                    .count();
                            return pixels > SIZE * SIZE / 4;
                        })
                        .count()
                / 60.0;
    }

    @Test
    void crops_givenFolderWithoutPictures_saysSo(@TempDir Path empty) {
        CropSettings settings = new CropSettings(CropSettings.Views.UPPER, 0.1, Optional.of(empty));
        assertThatThrownBy(() -> crops(settings))
                .hasMessageContaining("crops.backgrounds")
                .hasMessageContaining(empty.toString());
    }
}
