package io.apprentice.scene;

import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Vec3;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Random numbers that are functions of a seed and an index, and what is drawn from them. */
final class Randoms {
    private Randoms() {}

    /** A separate generator for every pair; the index is hashed, so that neighbours get unrelated numbers. */
    static RandomGenerator of(long seed, long index) {
        return new SplittableRandom(hash(hash(seed) + index));
    }

    /** Uniform from {@code low} to {@code high}. */
    static double uniform(RandomGenerator random, double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    /** True with the given probability. */
    static boolean chance(RandomGenerator random, double probability) {
        return random.nextDouble() < probability;
    }

    /** Red, green, blue around a grey of {@code low} to {@code high}, each channel up to {@code hue} away from it. */
    static Vec3 colour(RandomGenerator random, double low, double high, double hue) {
        double grey = uniform(random, low, high);
        return new Vec3(
                grey * (1 + uniform(random, -hue, hue)),
                grey * (1 + uniform(random, -hue, hue)),
                grey * (1 + uniform(random, -hue, hue)));
    }

    /** Lamp light between candle (warm) and sky (cool). */
    static Vec3 lampColour(RandomGenerator random, double low, double high) {
        double level = uniform(random, low, high);
        double warmth = uniform(random, -0.15, 0.3);
        double green = uniform(random, -0.05, 0.05);
        return new Vec3(level * (1 + 0.5 * warmth), level * (1 + green), level * (1 - warmth));
    }

    /** A direction, uniform over the sphere. */
    static Vec3 direction(RandomGenerator random) {
        double z = uniform(random, -1, 1);
        double angle = uniform(random, 0, 2 * Math.PI);
        double r = Math.sqrt(1 - z * z);
        return new Vec3(r * Math.cos(angle), r * Math.sin(angle), z);
    }

    /** A rotation, uniform over all rotations. */
    static Quaternion rotation(RandomGenerator random) {
        return new Quaternion(
                random.nextGaussian(), random.nextGaussian(), random.nextGaussian(), random.nextGaussian() + 1e-9);
    }

    private static long hash(long x) {
        long h = (x ^ (x >>> 32)) * 0xd6e8feb86659fd93L;
        h = (h ^ (h >>> 32)) * 0xd6e8feb86659fd93L;
        return h ^ (h >>> 32);
    }
}
