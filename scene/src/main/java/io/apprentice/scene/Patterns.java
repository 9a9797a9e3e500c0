package io.apprentice.scene;

import io.apprentice.pose.object.Texture;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.random.RandomGenerator;

/**
 * Textures of tables, walls and clutter, made by formula: wood, marble, stone, tiles, stripes, cloth, blotches, prints.
 * The collection is numbered and fixed; each pattern is made when it is first used, and shared by all scenes. The
 * synthetic camera uses the numbers from {@link #HELD_OUT} on and training crops use those before, so that a network is
 * evaluated on patterns that it has not seen.
 */
final class Patterns {
    /** Patterns below this number are for training. */
    static final int HELD_OUT = 96;
    /** Number of patterns. */
    static final int COUNT = 160;

    /** White everywhere. */
    static final Texture PLAIN = new Texture(new int[] {0xffffff}, 0, 0);

    private static final int BITS = 8;
    private static final int SIDE = 1 << BITS;
    private static final AtomicReferenceArray<Texture> MADE = new AtomicReferenceArray<>(COUNT);

    private Patterns() {}

    /** The pattern with a number. */
    static Texture get(int number) {
        Texture made = MADE.get(number);
        if (made == null) {
            made = new Texture(
                    make(number, Randoms.of(20_240_607, number)), BITS, BITS); // same texels whoever comes first
            MADE.set(number, made);
        }
        return made;
    }

    /** One of the patterns {@code from} (inclusive) to {@code to} (exclusive). */
    static Texture any(RandomGenerator random, int from, int to) {
        return get(random.nextInt(from, to));
    }

    private static int[] make(int number, RandomGenerator random) {
        float[] noise = clouds(random, 4, 5);
        float[] fine = clouds(random, 32, 3);
        boolean calm = random.nextBoolean(); // furniture rather than fashion
        double[] dark = calm ? calm(random, 50, 150) : colour(random, 30, 150);
        double[] light = calm ? calm(random, 130, 240) : colour(random, 100, 245);
        double[] third = colour(random, 30, 240);
        int repeats = 1 << random.nextInt(1, 5);
        double wobble = Randoms.uniform(random, 0.5, 4);
        int kind = number % 8;
        int[] texels = new int[SIDE * SIDE];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int i = y * SIDE + x;
                double s = (double) x / SIDE;
                double t = (double) y / SIDE;
                double mix = switch (kind) {
                    case 0 ->
                        0.5
                                + 0.5
                                        * Math.sin(2
                                                * Math.PI
                                                * (t * repeats + wobble * noise[(y * SIDE + x / 8) % (SIDE * SIDE)]));
                    case 1 -> Math.abs(Math.sin(Math.PI * (s * 2 + t * repeats) + 2 * wobble * noise[i]));
                    case 2 -> fine[i];
                    case 3 ->
                        ((x * repeats / SIDE) + (y * repeats / SIDE)) % 2 == 0
                                ? 0.2 + 0.2 * noise[i]
                                : 0.9 - 0.2 * noise[i];
                    case 4 -> Math.floorMod((int) (s * repeats * 3), 3) / 2.0;
                    case 5 ->
                        0.5
                                + 0.25 * Math.sin(2 * Math.PI * s * 32) * Math.sin(2 * Math.PI * t * 32)
                                + 0.4 * (noise[i] - 0.5);
                    default -> smooth(noise[i]);
                };
                double grain = 1 + 0.25 * (fine[i] - 0.5);
                int texel = 0;
                for (int c = 0; c < 3; c++) {
                    double value = dark[c] + (light[c] - dark[c]) * mix;
                    if (kind == 6) {
                        value += (third[c] - value) * smooth(noise[((y + 97) % SIDE) * SIDE + (x + 31) % SIDE]);
                    }
                    texel = (texel << 8) | (int) Math.max(0, Math.min(255, value * grain));
                }
                texels[i] = texel;
            }
        }
        if (kind == 7) {
            print(texels, random);
        }
        return texels;
    }

    /** Posters, covers and packaging: rectangles, bars and lines like text. */
    private static void print(int[] texels, RandomGenerator random) {
        for (int k = random.nextInt(4, 12); k > 0; k--) {
            int colour = packed(colour(random, 10, 250));
            int x = random.nextInt(SIDE - 20);
            int y = random.nextInt(SIDE - 20);
            int w = Math.min(SIDE - x, random.nextInt(12, 150));
            int h = Math.min(SIDE - y, random.nextInt(8, 110));
            boolean lines = random.nextBoolean();
            int pitch = random.nextInt(6, 16);
            int dots = random.nextInt(1, 1 << 12);
            for (int j = y; j < y + h; j++) {
                for (int i = x; i < x + w; i++) {
                    if (!lines
                            || ((j - y) % pitch < pitch / 2 && ((dots >> ((i + j / pitch * 7) / 5 % 12)) & 1) != 0)) {
                        texels[j * SIDE + i] = colour;
                    }
                }
            }
        }
    }

    /** Value noise that repeats at the borders, 0 to 1: octaves on lattices of {@code cells} squares and finer. */
    private static float[] clouds(RandomGenerator random, int cells, int octaves) {
        float[] sum = new float[SIDE * SIDE];
        float weight = 0.5f;
        for (int o = 0; o < octaves && cells <= SIDE; o++, cells *= 2, weight /= 1.7f) {
            float[] lattice = new float[cells * cells];
            for (int i = 0; i < lattice.length; i++) {
                lattice[i] = random.nextFloat() - 0.5f;
            }
            int step = SIDE / cells;
            for (int y = 0; y < SIDE; y++) {
                int y0 = y / step * cells;
                int y1 = (y / step + 1) % cells * cells;
                float fy = (float) smooth((double) (y % step) / step);
                for (int x = 0; x < SIDE; x++) {
                    int x0 = x / step;
                    int x1 = (x0 + 1) % cells;
                    float fx = (float) smooth((double) (x % step) / step);
                    float top = lattice[y0 + x0] + (lattice[y0 + x1] - lattice[y0 + x0]) * fx;
                    float bottom = lattice[y1 + x0] + (lattice[y1 + x1] - lattice[y1 + x0]) * fx;
                    sum[y * SIDE + x] += weight * (top + (bottom - top) * fy);
                }
            }
        }
        for (int i = 0; i < sum.length; i++) {
            sum[i] = Math.max(0, Math.min(1, 0.5f + 1.3f * sum[i]));
        }
        return sum;
    }

    private static double[] colour(RandomGenerator random, double low, double high) {
        double level = Randoms.uniform(random, low, high);
        double[] c = new double[3];
        for (int i = 0; i < 3; i++) {
            c[i] = Math.max(0, Math.min(255, level * Randoms.uniform(random, 0.55, 1.35)));
        }
        return c;
    }

    /** Between grey and brown. */
    private static double[] calm(RandomGenerator random, double low, double high) {
        double level = Randoms.uniform(random, low, high);
        double warmth = Randoms.uniform(random, -0.04, 0.22);
        return new double[] {Math.min(255, level * (1 + warmth)), level, level * (1 - 1.4 * warmth)};
    }

    private static int packed(double[] c) {
        return ((int) c[0] << 16) | ((int) c[1] << 8) | (int) c[2];
    }

    private static double smooth(double x) {
        return x * x * (3 - 2 * x);
    }
}
