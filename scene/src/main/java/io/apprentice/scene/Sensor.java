package io.apprentice.scene;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Lens and sensor: motion blur, softness, haze, tone, saturation, vignetting and noise, applied to bytes in this order.
 * Not thread-safe (it keeps scratch space).
 */
final class Sensor {
    private static final int NOISE = 1 << 16;
    private static final byte[] GAUSSIAN = new byte[NOISE + 4096];
    private static final double NOISE_UNIT = 32;

    static {
        RandomGenerator random = Randoms.of(99, 0);
        for (int i = 0; i < GAUSSIAN.length; i++) {
            GAUSSIAN[i] = (byte) Math.max(-127, Math.min(127, Math.round(random.nextGaussian() * NOISE_UNIT)));
        }
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
            Arrays.fill(sums, 1 << 15);
            for (int k = 0; k < taps; k++) {
                double s = (double) k / (taps - 1) - 0.5;
                int oy = Math.max(0, Math.min(height - 1, y + (int) Math.rint(s * dy)));
                int ox = (int) Math.rint(s * dx);
                int from = Math.max(0, -ox);
                int to = Math.min(width, width - ox);
                int shift = 3 * (oy * width + ox);
                for (int i = 3 * from; i < 3 * to; i++) {
                    sums[i] += (scratch[shift + i] & 255) * reciprocal;
                }
                edges(oy, from, to, reciprocal);
            }
            for (int i = 0, out = 3 * y * width; i < 3 * width; i++, out++) {
                rgb[out] = (byte) (sums[i] >> 16);
            }
        }
    }

    /** Fills columns whose source lies outside the picture from its border. */
    private void edges(int row, int from, int to, int weight) {
        for (int x = 0; x < width; x++) {
            if (x < from || x >= to) {
                int source = 3 * (row * width + (x < from ? 0 : width - 1));
                for (int c = 0; c < 3; c++) {
                    sums[3 * x + c] += (scratch[source + c] & 255) * weight;
                }
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
        int amplitude = (int) Math.round(e.noise() / NOISE_UNIT * 1024);
        RandomGenerator random = Randoms.of(e.noiseSeed(), 1);
        double cx = (width - 1) / 2.0;
        double cy = (height - 1) / 2.0;
        float falloff = (float) (65536 * e.vignetting() / (cx * cx + cy * cy + 1));
        for (int y = 0, i = 0; y < height; y++) {
            int n = random.nextInt(NOISE);
            float y2 = (float) ((y - cy) * (y - cy));
            for (int x = 0; x < width; x++, i += 3) {
                int r = tone[0][rgb[i] & 255];
                int g = tone[1][rgb[i + 1] & 255];
                int b = tone[2][rgb[i + 2] & 255];
                int grey = (77 * r + 151 * g + 28 * b) >> 8;
                float dx = (float) (x - cx);
                int vignette = 65536 - (int) (falloff * (dx * dx + y2));
                int shared = GAUSSIAN[(n + x) & (NOISE - 1)];
                int k = (n + 3 * x + 17) & (NOISE - 1);
                rgb[i] = finish(grey, r, saturation, vignette, (shared + GAUSSIAN[k]) * amplitude);
                rgb[i + 1] = finish(grey, g, saturation, vignette, (shared + GAUSSIAN[k + 1]) * amplitude);
                rgb[i + 2] = finish(grey, b, saturation, vignette, (shared + GAUSSIAN[k + 2]) * amplitude);
            }
        }
    }

    /** {@code value} and {@code grey} have 4 fractional bits. Luminance and colour noise share the amplitude (0.7 each). */
    private static byte finish(int grey, int value, int saturation, int vignette, int noise) {
        int coloured = grey + (((value - grey) * saturation) >> 8);
        int v = ((coloured * vignette) >> 16) + ((noise * 11) >> 10) + 8;
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
