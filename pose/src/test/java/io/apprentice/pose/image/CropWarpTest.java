package io.apprentice.pose.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.Affine2;
import org.junit.jupiter.api.Test;

class CropWarpTest {
    private static final int BORDER_RED = 124;

    private static RgbImage ramp(int width, int height) {
        RgbImage image = RgbImage.black(width, height);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.rgb()[3 * (y * width + x)] = (byte) (10 * x);
                image.rgb()[3 * (y * width + x) + 1] = (byte) (10 * y);
            }
        }
        return image;
    }

    private static int value(byte[] crop, int size, int u, int v, int channel) {
        return crop[3 * (v * size + u) + channel] & 255;
    }

    @Test
    void warp_givenIdentity_copiesPixels() {
        RgbImage frame = ramp(16, 16);
        byte[] crop = new byte[3 * 16 * 16 + 5];

        CropWarp.warp(frame, Affine2.IDENTITY, 16, crop, 5);

        assertThat(java.util.Arrays.copyOfRange(crop, 5, crop.length)).isEqualTo(frame.rgb());
    }

    @Test
    void warp_givenEnlargement_interpolatesBetweenPixelCentres() {
        byte[] crop = new byte[3 * 16 * 16];

        CropWarp.warp(ramp(16, 16), new Affine2(2, 0, 0, 0, 2, 0), 16, crop, 0);

        assertThat(value(crop, 16, 6, 7, 0)).isEqualTo(30);
        assertThat(value(crop, 16, 7, 7, 0)).isEqualTo(35);
        assertThat(value(crop, 16, 6, 7, 1)).isEqualTo(35);
    }

    @Test
    void warp_givenRotation_followsTheMap() {
        byte[] crop = new byte[3 * 16 * 16];

        CropWarp.warp(ramp(16, 16), new Affine2(0, -1, 15, 1, 0, 0), 16, crop, 0); // u = 15 - y, v = x

        assertThat(value(crop, 16, 11, 7, 0)).isEqualTo(70);
        assertThat(value(crop, 16, 11, 7, 1)).isEqualTo(40);
    }

    @Test
    void warp_givenCropBeyondTheFrame_fillsWithTheMeanColour() {
        byte[] crop = new byte[3 * 32 * 32];

        CropWarp.warp(ramp(16, 16), new Affine2(1, 0, 10, 0, 1, 0), 32, crop, 0);

        assertThat(value(crop, 32, 3, 3, 0)).isEqualTo(BORDER_RED);
        assertThat(value(crop, 32, 31, 31, 2)).isEqualTo(104);
        assertThat(value(crop, 32, 12, 3, 0)).isEqualTo(20);
    }

    @Test
    void warp_givenStrongReduction_averagesInsteadOfAliasing() {
        RgbImage frame = RgbImage.black(640, 480);
        for (int i = 0; i < 640 * 480; i++) {
            int on = (i % 640 + i / 640) % 2 * 255;
            java.util.Arrays.fill(frame.rgb(), 3 * i, 3 * i + 3, (byte) on);
        }
        byte[] crop = new byte[3 * 128 * 128];

        CropWarp.warp(frame, Affine2.squareCrop(320, 240, 640, 128), 128, crop, 0);

        for (int u = 2; u < 126; u++) {
            assertThat(value(crop, 128, u, 64, 1))
                    .isCloseTo(127, within(16)); // a checkerboard of single pixels is grey from afar
        }
    }

    @Test
    void warp_givenTooSmallTarget_saysHowMuchRoomIsNeeded() {
        assertThatThrownBy(() -> CropWarp.warp(ramp(16, 16), Affine2.IDENTITY, 16, new byte[700], 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 x 16 x 16");
    }
}
