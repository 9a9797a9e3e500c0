package io.apprentice.scene;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Lens and sensor: motion blur, softness, haze, tone, saturation, vignetting and noise, applied to bytes in this order.
 * Not thread-safe (it keeps scratch space).
 */
final class Sensor {
    private static final int NOISE = 1 << 16;
    private static final double NOISE_UNIT = 32;
    /** Noise of neighbouring pixels, NOISE_UNIT being its unit: red, green and blue in 12, 10 and 10 bits. */
    private static final int[] GRAIN = new int[NOISE];

    static {
        RandomGenerator random = Randoms.of(99, 0);
        for (int i = 0; i < NOISE; i++) {
            int shared = grain(random); // luminance and colour noise have the same strength
            GRAIN[i] = (shared + grain(random)) << 20
                    | (shared + grain(random) & 1023) << 10
                    | (shared + grain(random) & 1023);
        }
    }

    private static int grain(RandomGenerator random) {
        return (int) Math.max(-127, Math.min(127, Math.round(random.nextGaussian() * NOISE_UNIT)));
    }

    private final int width;
    private final int height;
    private final byte[] scratch;
    private final int[] sums;
    private final int[][] tone = new int[3][256];

    Sensor(int width, int height) {
        this.width = width;
        this.height = height;
        scratch = new byte[3 * width * height];
        sums = new int[3 * width];
    }

    /** Exposes a picture in place, RGB interleaved. */
    void expose(byte[] rgb, Exposure e) {
        double length = Math.hypot(e.motionX(), e.motionY());
        if (length > 0.7) {
            streak(rgb, e.motionX(), e.motionY(), (int) Math.min(9, Math.ceil(length) + 1));
        }
        if (e.softness() > 0.15) {
            soften(rgb, e.softness());
        }
        develop(rgb, e);
    }

    /** Motion blur: the mean of copies shifted along a line. */
    private void streak(byte[] rgb, double dx, double dy, int taps) {
        System.arraycopy(rgb, 0, scratch, 0, rgb.length);
        int reciprocal = (1 << 16) / taps;
        for (int y = 0; y < height; y++) {
            Arrays.fill(sums, 0);
            for (int k = 0; k < taps; k++) {
                double s = (double) k / (taps - 1) - 0.5;
                int oy = Math.max(0, Math.min(height - 1, y + (int) Math.rint(s * dy)));
                int ox = (int) Math.rint(s * dx);
                int from = Math.max(0, -ox);
                int to = Math.min(width, width - ox);
                int shift = 3 * (oy * width + ox);
                for (int i = 3 * from; i < 3 * to; i++) {
                    sums[i] += scratch[shift + i] & 255;
                }
                repeat(oy, 0, 0, from);
                repeat(oy, width - 1, to, width);
            }
            for (int i = 0, out = 3 * y * width; i < 3 * width; i++, out++) {
                rgb[out] = (byte) ((sums[i] * reciprocal + (1 << 15)) >> 16);
            }
        }
    }

    /** Adds the border's pixel to columns whose source lies outside the picture. */
    private void repeat(int row, int border, int from, int to) {
        int source = 3 * (row * width + border);
        for (int x = from; x < to; x++) {
            for (int c = 0; c < 3; c++) {
                sums[3 * x + c] += scratch[source + c] & 255;
            }
        }
    }

    /** Separable Gaussian of five taps. */
    private void soften(byte[] rgb, double sigma) {
        double one = Math.exp(-0.5 / (sigma * sigma));
        double two = Math.exp(-2 / (sigma * sigma));
        double sum = 1 + 2 * one + 2 * two;
        int w0 = (int) Math.round(65536 / sum);
        int w1 = (int) Math.round(65536 * one / sum);
        int w2 = (65536 - w0 - 2 * w1) / 2;
        taps(rgb, scratch, 3, width, w0, w1, w2);
        taps(scratch, rgb, 3 * width, height, w0, w1, w2);
    }

    private void taps(byte[] from, byte[] to, int stride, int count, int w0, int w1, int w2) {
        for (int i = 0; i < from.length; i++) {
            int place = i / stride % count;
            int back1 = place >= 1 ? i - stride : i;
            int back2 = place >= 2 ? i - 2 * stride : back1;
            int next1 = place < count - 1 ? i + stride : i;
            int next2 = place < count - 2 ? i + 2 * stride : next1;
            int value = (from[i] & 255) * w0
                    + ((from[back1] & 255) + (from[next1] & 255)) * w1
                    + ((from[back2] & 255) + (from[next2] & 255)) * w2;
            to[i] = (byte) ((value + (1 << 15)) >> 16);
        }
    }

    private void develop(byte[] rgb, Exposure e) {
        curve(tone[0], e.gain().x(), e.hazeColour().x(), e);
        curve(tone[1], e.gain().y(), e.hazeColour().y(), e);
        curve(tone[2], e.gain().z(), e.hazeColour().z(), e);
        int saturation = (int) Math.round(256 * e.saturation());
        int amplitude = (int) Math.round(256 * 11 * e.noise() / NOISE_UNIT); // 11/16, about the root of a half
        RandomGenerator random = Randoms.of(e.noiseSeed(), 1);
        int[] acrossFalloff = falloff(width, e.vignetting());
        int[] downFalloff = falloff(height, e.vignetting());
        int[] red = tone[0];
        int[] green = tone[1];
        int[] blue = tone[2];
        for (int y = 0, i = 0; y < height; y++) {
            int n = random.nextInt(NOISE);
            int bright = 65536 - downFalloff[y];
            for (int x = 0; x < width; x++, i += 3) {
                int r = red[rgb[i] & 255];
                int g = green[rgb[i + 1] & 255];
                int b = blue[rgb[i + 2] & 255];
                if (saturation != 256) {
                    int grey = (77 * r + 151 * g + 28 * b) >> 8;
                    r = grey + (((r - grey) * saturation) >> 8);
                    g = grey + (((g - grey) * saturation) >> 8);
                    b = grey + (((b - grey) * saturation) >> 8);
                }
                int vignette = bright - acrossFalloff[x];
                int grain = GRAIN[(n + x) & (NOISE - 1)];
                rgb[i] = finish(r * vignette, (grain >> 20) * amplitude >> 8);
                rgb[i + 1] = finish(g * vignette, (grain << 12 >> 22) * amplitude >> 8);
                rgb[i + 2] = finish(b * vignette, (grain << 22 >> 22) * amplitude >> 8);
            }
        }
    }

    /** A row's or column's part of the light that vignetting takes, in 65536ths; both add up to all of it in a corner. */
    private int[] falloff(int length, double vignetting) {
        double cx = (width - 1) / 2.0;
        double cy = (height - 1) / 2.0;
        int[] falloff = new int[length];
        for (int i = 0; i < length; i++) {
            double d = i - (length - 1) / 2.0;
            falloff[i] = (int) (65536 * vignetting * d * d / (cx * cx + cy * cy + 1));
        }
        return falloff;
    }

    /** From a value with 20 fractional bits and noise with 4. */
    private static byte finish(int value, int noise) {
        int v = (value >> 16) + noise + 8;
        return (byte) (Math.max(0, Math.min(4095, v)) >> 4);
    }

    /** Haze, gain and gamma as a table, with 4 fractional bits. */
    private static void curve(int[] table, double gain, double hazeColour, Exposure e) {
        for (int i = 0; i < 256; i++) {
            double linear = (i * (1 - e.haze()) + 255 * hazeColour * e.haze()) * gain / 255;
            double value = 255 * (e.gamma() == 1 ? linear : Math.pow(Math.max(0, linear), e.gamma()));
            table[i] = (int) Math.max(0, Math.min(4095, Math.round(16 * value)));
        }
    }
}
