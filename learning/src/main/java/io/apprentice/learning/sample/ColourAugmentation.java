package io.apprentice.learning.sample;

import java.util.random.RandomGenerator;

/** Varies colours, sharpness and noise of a crop a little, as if the picture were taken on another day. */
final class ColourAugmentation {

    private final AugmentationSettings settings;

    ColourAugmentation(AugmentationSettings settings) {
        this.settings = settings;
    }

    /**
     * Changes a square crop in place.
     *
     * @param rgb size x size x 3 bytes RGB; modified
     * @param random before the noise, it is drawn from the same number of times whatever the settings
     */
    void apply(byte[] rgb, int size, RandomGenerator random) {
        double shift = 255 * settings.brightness() * uniform(random);
        double contrast = 1 + settings.contrast() * uniform(random);
        double gamma = Math.exp(settings.gamma() * uniform(random));
        double saturation = 1 + settings.saturation() * uniform(random);
        double noise = 255 * settings.noise() * random.nextDouble();
        boolean blur = random.nextDouble() < settings.blur();
        if (blur) {
            blur(rgb, size);
        }
        tone(rgb, curve(shift, contrast, gamma, mean(rgb)), saturation);
        if (noise > 0) {
            noise(rgb, noise, random);
        }
    }

    private static double uniform(RandomGenerator random) {
        return 2 * random.nextDouble() - 1;
    }

    private static double mean(byte[] rgb) {
        long sum = 0;
        for (byte b : rgb) {
            sum += b & 255;
        }
        return (double) sum / rgb.length;
    }

    /** The new value for each of the 256 values. */
    private static float[] curve(double shift, double contrast, double gamma, double mean) {
        float[] curve = new float[256];
        for (int value = 0; value < 256; value++) {
            double bent = 255 * Math.pow(value / 255.0, gamma);
            curve[value] = (float) (mean + contrast * (bent - mean) + shift);
        }
        return curve;
    }

    private static void tone(byte[] rgb, float[] curve, double saturation) {
        float s = (float) saturation;
        for (int i = 0; i < rgb.length; i += 3) {
            float r = curve[rgb[i] & 255];
            float g = curve[rgb[i + 1] & 255];
            float b = curve[rgb[i + 2] & 255];
            float grey = 0.299f * r + 0.587f * g + 0.114f * b;
            rgb[i] = clamp(grey + s * (r - grey));
            rgb[i + 1] = clamp(grey + s * (g - grey));
            rgb[i + 2] = clamp(grey + s * (b - grey));
        }
    }

    /** Nearly Gaussian: the sum of four uniform bytes, two values from each draw of 64 bits. */
    private static void noise(byte[] rgb, double deviation, RandomGenerator random) {
        float scale = (float) (deviation / (2 * 73.9));
        for (int i = 0; i < rgb.length; i += 2) {
            long bits = random.nextLong();
            rgb[i] = clamp((rgb[i] & 255) + scale * spread((int) bits));
            if (i + 1 < rgb.length) {
                rgb[i + 1] = clamp((rgb[i + 1] & 255) + scale * spread((int) (bits >>> 32)));
            }
        }
    }

    private static int spread(int bits) {
        return (bits & 255) + (bits >>> 8 & 255) + (bits >>> 16 & 255) + (bits >>> 24) - 510;
    }

    /** Binomial 1 2 1 in both directions, borders repeated. */
    private static void blur(byte[] rgb, int size) {
        byte[] rows = rgb.clone();
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                int left = 3 * (y * size + Math.max(x - 1, 0));
                int here = 3 * (y * size + x);
                int right = 3 * (y * size + Math.min(x + 1, size - 1));
                for (int c = 0; c < 3; c++) {
                    rows[here + c] = middle(rgb[left + c], rgb[here + c], rgb[right + c]);
                }
            }
        }
        for (int y = 0; y < size; y++) {
            int up = 3 * size * Math.max(y - 1, 0);
            int here = 3 * size * y;
            int down = 3 * size * Math.min(y + 1, size - 1);
            for (int i = 0; i < 3 * size; i++) {
                rgb[here + i] = middle(rows[up + i], rows[here + i], rows[down + i]);
            }
        }
    }

    private static byte middle(byte before, byte here, byte after) {
        return (byte) (((before & 255) + 2 * (here & 255) + (after & 255) + 2) >> 2);
    }

    private static byte clamp(float value) {
        return (byte) Math.max(0, Math.min(255, Math.round(value)));
    }
}
