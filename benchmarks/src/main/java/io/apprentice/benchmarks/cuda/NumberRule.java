package io.apprentice.benchmarks.cuda;

/**
 * Numbers that Java and Python make alike, bit for bit, so that weights of 240 MB need not travel.
 *
 * <pre>
 * h = i * 0x9E3779B9 + seed * 0x85EBCA6B             modulo 2^32
 * h ^= h >> 16;  h *= 0x85EBCA6B;  h ^= h >> 13;  h *= 0xC2B2AE35;  h ^= h >> 16
 * unit(i) = (h >> 8) / 2^23 - 1                      exact in float32, from -1 to 1
 * byte(i) = h >> 24
 * index(i, size) = h * size >> 32                    without overflow
 * </pre>
 *
 * A number with a centre and a spread is {@code centre + spread * unit}, in float32, rounded after each of the two
 * operations.
 *
 * @param seed whose numbers
 * @see "the finaliser of MurmurHash3, public domain"
 */
record NumberRule(int seed) {

    private int hash(int i) {
        int h = i * 0x9E3779B9 + seed * 0x85EBCA6B;
        h ^= h >>> 16;
        h *= 0x85EBCA6B;
        h ^= h >>> 13;
        h *= 0xC2B2AE35;
        return h ^ h >>> 16;
    }

    float unit(int i) {
        return (hash(i) >>> 8) * 0x1p-23f - 1;
    }

    /** Fills {@code target} from {@code from} on with the numbers of the same indices. */
    void fill(float[] target, int from, int count, float centre, float spread) {
        for (int i = from; i < from + count; i++) {
            target[i] = centre + spread * unit(i);
        }
    }

    int index(int i, int size) {
        return (int) (Integer.toUnsignedLong(hash(i)) * size >>> 32);
    }

    byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (hash(i) >>> 24);
        }
        return bytes;
    }
}
