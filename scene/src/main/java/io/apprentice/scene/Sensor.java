package io.apprentice.scene;

import io.apprentice.scene.render.PackedPixels;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Lens and sensor: motion blur, softness, haze, tone, saturation, vignetting and noise, applied in this order.
 * Not thread-safe (it keeps scratch space).
 */
final class Sensor {
    private static final int NOISE = 1 << 16;
    private static final double NOISE_UNIT = 32;
    /** Noise of neighbouring pixels, NOISE_UNIT being its unit: red, green and blue in 10 bits each, with sign. */
    private static final int[] GRAIN = new int[NOISE];

    static {
        RandomGenerator random = Randoms.of(99, 0);
        for (int i = 0; i < NOISE; i++) {
            int shared = grain(random); // luminance and colour noise have the same strength
            GRAIN[i] = (shared + grain(random) & 1023) << 20
                    | (shared + grain(random) & 1023) << 10
                    | (shared + grain(random) & 1023);
        }
    }

    private static int grain(RandomGenerator random) {
        return (int) Math.max(-127, Math.min(127, Math.round(random.nextGaussian() * NOISE_UNIT)));
    }

    private final int width;
    private final int height;
    /** Whole pictures: scratch space, and what the lens made of one. */
    private final byte[] scratch;

    private final int[] blurred;
    /*
     * Rows. The compiler turns loops over arrays of ints into vectors, sixteen pixels at a time, but only loops with few
     * operations, without Math.min and without an offset to the index: so a row is copied, and goes through small steps.
     */
    private final int[] row;
    private final int[] redBlue;
    private final int[] red;
    private final int[] green;
    private final int[] blue;
    private final int[] grain;
    private final int[][] tone = new int[3][256];

    Sensor(int width, int height) {
        this.width = width;
        this.height = height;
        scratch = new byte[3 * width * height];
        blurred = new int[width * height];
        row = new int[width];
        redBlue = new int[width];
        red = new int[width];
        green = new int[width];
        blue = new int[width];
        grain = new int[width];
    }

    /** Exposes a picture: its pixels, 0xRRGGBB and left as they are, become bytes, RGB interleaved. */
    void expose(int[] pixels, Exposure e, byte[] rgb) {
        int[] picture = pixels;
        double length = Math.hypot(e.motionX(), e.motionY());
        if (length > 0.7) {
            streak(pixels, e.motionX(), e.motionY(), (int) Math.min(9, Math.ceil(length) + 1));
            picture = blurred;
        }
        if (e.softness() > 0.15) {
            PackedPixels.write(picture, rgb, 0);
            soften(rgb, e.softness());
            picture = blurred;
            PackedPixels.read(rgb, picture);
        }
        develop(picture, e, rgb);
    }

    /** Motion blur: the mean of copies shifted along a line. */
    private void streak(int[] pixels, double dx, double dy, int taps) {
        int reciprocal = (1 << 16) / taps;
        for (int y = 0; y < height; y++) {
            Arrays.fill(redBlue, 0);
            Arrays.fill(green, 0);
            for (int k = 0; k < taps; k++) {
                double s = (double) k / (taps - 1) - 0.5;
                int oy = Math.max(0, Math.min(height - 1, y + (int) Math.rint(s * dy)));
                int ox = (int) Math.rint(s * dx);
                int from = Math.max(0, -ox);
                int to = Math.min(width, width - ox);
                int first = oy * width;
                Arrays.fill(row, 0, from, pixels[first]);
                System.arraycopy(pixels, first + from + ox, row, from, to - from);
                Arrays.fill(row, to, width, pixels[first + width - 1]);
                add(row, 0xff00ff, redBlue);
                add(row, 0xff00, green);
            }
            mean(redBlue, green, reciprocal, row);
            System.arraycopy(row, 0, blurred, y * width, width);
        }
    }

    private static void add(int[] colours, int mask, int[] sums) {
        for (int x = 0; x < sums.length; x++) {
            sums[x] += colours[x] & mask;
        }
    }

    private static void mean(int[] redBlue, int[] green, int reciprocal, int[] means) {
        for (int x = 0; x < means.length; x++) {
            int r = ((redBlue[x] >> 16) * reciprocal + (1 << 15)) >> 16;
            int g = ((green[x] >> 8) * reciprocal + (1 << 15)) >> 16;
            int b = ((redBlue[x] & 0xffff) * reciprocal + (1 << 15)) >> 16;
            means[x] = r << 16 | g << 8 | b;
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

    private void develop(int[] pixels, Exposure e, byte[] rgb) {
        curve(tone[0], e.gain().x(), e.hazeColour().x(), e);
        curve(tone[1], e.gain().y(), e.hazeColour().y(), e);
        curve(tone[2], e.gain().z(), e.hazeColour().z(), e);
        int saturation = (int) Math.round(256 * e.saturation());
        int amplitude = (int) Math.round(256 * 11 * e.noise() / NOISE_UNIT); // 11/16, about the root of a half
        RandomGenerator random = Randoms.of(e.noiseSeed(), 1);
        int[] acrossFalloff = falloff(width, e.vignetting());
        int[] downFalloff = falloff(height, e.vignetting());
        for (int y = 0; y < height; y++) {
            System.arraycopy(pixels, y * width, row, 0, width);
            tone(row, 16, tone[0], red);
            tone(row, 8, tone[1], green);
            tone(row, 0, tone[2], blue);
            if (saturation != 256) {
                saturate(saturation);
            }
            grain(random.nextInt(NOISE));
            int bright = 65536 - downFalloff[y];
            finish(red, bright, acrossFalloff, grain, 2, amplitude);
            finish(green, bright, acrossFalloff, grain, 12, amplitude);
            finish(blue, bright, acrossFalloff, grain, 22, amplitude);
            PackedPixels.join(red, green, blue, row);
            PackedPixels.write(row, rgb, 3 * y * width);
        }
    }

    private static void tone(int[] pixels, int shift, int[] table, int[] out) {
        for (int x = 0; x < out.length; x++) {
            out[x] = table[pixels[x] >> shift & 255];
        }
    }

    private void saturate(int saturation) {
        grey(red, green, blue, row);
        apart(red, row, saturation);
        apart(green, row, saturation);
        apart(blue, row, saturation);
    }

    private static void grey(int[] red, int[] green, int[] blue, int[] grey) {
        for (int x = 0; x < grey.length; x++) {
            grey[x] = (77 * red[x] + 151 * green[x] + 28 * blue[x]) >> 8;
        }
    }

    private static void apart(int[] colour, int[] grey, int saturation) {
        for (int x = 0; x < grey.length; x++) {
            colour[x] = grey[x] + ((colour[x] - grey[x]) * saturation >> 8);
        }
    }

    /** Copies the grain of a row, which repeats. */
    private void grain(int first) {
        for (int x = 0, n = first; x < width; n = 0) {
            int length = Math.min(width - x, NOISE - n);
            System.arraycopy(GRAIN, n, grain, x, length);
            x += length;
        }
    }

    /** Vignetting and noise: from a colour with 4 fractional bits to one of a byte. */
    private static void finish(int[] colour, int bright, int[] falloff, int[] grain, int left, int amplitude) {
        for (int x = 0; x < colour.length; x++) {
            int v = (colour[x] * (bright - falloff[x]) >> 16) + ((grain[x] << left >> 22) * amplitude >> 8) + 8;
            v &= ~(v >> 31);
            colour[x] = ((v | 4095 - v >> 31) & 4095) >> 4;
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

    /** Haze, gain and gamma as a table, with 4 fractional bits. */
    private static void curve(int[] table, double gain, double hazeColour, Exposure e) {
        for (int i = 0; i < 256; i++) {
            double linear = (i * (1 - e.haze()) + 255 * hazeColour * e.haze()) * gain / 255;
            double value = 255 * (e.gamma() == 1 ? linear : Math.pow(Math.max(0, linear), e.gamma()));
            table[i] = (int) Math.max(0, Math.min(4095, Math.round(16 * value)));
        }
    }
}
