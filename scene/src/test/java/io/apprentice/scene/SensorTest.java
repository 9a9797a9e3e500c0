package io.apprentice.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.Vec3;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SensorTest {
    private static final int W = 320;
    private static final int H = 240;
    private static final int GREY = 120;

    private static Exposure exposure(double vignetting, double noise) {
        return new Exposure(0, 0, 0, 0, Vec3.ZERO, new Vec3(1, 1, 1), 1, 1, vignetting, noise, 5);
    }

    private static byte[] expose(Exposure exposure) {
        int[] pixels = new int[W * H];
        Arrays.fill(pixels, GREY << 16 | GREY << 8 | GREY);
        byte[] rgb = new byte[3 * W * H];
        new Sensor(W, H).expose(pixels, exposure, rgb);
        return rgb;
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 3, 9})
    void expose_givenNoise_hasItsStandardDeviationAndNoBias(double noise) {
        byte[] rgb = expose(exposure(0, noise));

        double sum = 0;
        double squares = 0;
        double neighbours = 0;
        for (int i = 0; i < rgb.length; i++) {
            double off = (rgb[i] & 255) - GREY;
            sum += off;
            squares += off * off;
            neighbours += i % 3 == 0 ? 0 : off * ((rgb[i - 1] & 255) - GREY);
        }
        assertThat(sum / rgb.length).isCloseTo(0, within(0.05));
        // rounding to whole levels adds a twelfth; 3 % below by the factor 11/16 for the root of a half
        assertThat(Math.sqrt(squares / rgb.length - 1 / 12.0)).isCloseTo(0.97 * noise, within(0.02 * noise));
        // half of the variance is brightness, which a pixel's channels share
        assertThat(neighbours / (rgb.length * 2 / 3.0) / (0.94 * noise * noise)).isCloseTo(0.5, within(0.03));
    }

    @Test
    void expose_givenVignetting_darkensTheCornersAlone() {
        byte[] rgb = expose(exposure(0.25, 0));

        assertThat(rgb[0] & 255).isCloseTo((int) (0.75 * GREY), within(1));
        assertThat(rgb[3 * (H / 2 * W + W / 2)] & 255).isEqualTo(GREY);
    }
}
