package io.apprentice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Seeded damage to files: a reader must answer each with a result or a clean error, within bounded memory. */
public final class Mutations {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int MOST_DAMAGES = 4;
    /** Kinds of damage; the last half of those to texts replace words. */
    private static final int TEXT = 12;

    private static final int BINARY = 6;
    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        127,
        255,
        65535,
        1 << 20,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 32,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };
    private static final String[] WORDS = {
        "",
        "0",
        "-1",
        "1",
        "2.5",
        "1e999",
        "-1e30",
        "NaN",
        "2147483647",
        "2147483648",
        "4294967297",
        "999999999",
        "9223372036854775807",
        "99999999999999999999",
        "/",
        "..",
        "\"",
        "{}",
        "[",
        "null",
        "\n",
        ",",
        " ",
        "x",
        "\u0000"
    };

    /** A reader under test. */
    @FunctionalInterface
    public interface Reader {
        void read(byte[] input) throws IOException;
    }

    private final SplittableRandom random;

    private Mutations(long seed) {
        this(new SplittableRandom(seed));
    }

    Mutations(SplittableRandom random) {
        this.random = random;
    }

    /** Bytes that this thread has allocated so far. */
    public static long allocated() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    /**
     * Reads damaged inputs.
     *
     * @param samples whole inputs, small; each must be readable as it is
     * @param inputs how many
     * @param memory bytes that one read may allocate at most, over all
     */
    public static void assertSurvives(Reader reader, List<byte[]> samples, int inputs, long seed, long memory)
            throws IOException {
        for (byte[] sample : samples) {
            reader.read(sample);
        }
        Mutations mutations = new Mutations(seed);
        int refused = 0;
        for (int i = 0; i < inputs; i++) {
            byte[] input = mutations.damaged(samples);
            long before = allocated();
            try {
                reader.read(input);
            } catch (IOException | IllegalArgumentException e) {
                assertThat(e.getMessage()).as("input %d of seed %d", i, seed).isNotBlank();
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("input %d of seed %d: %s".formatted(i, seed, shown(input)), e);
            }
            long used = allocated() - before;
            if (used > memory) {
                used = again(reader, input); // the first time may have loaded classes
            }
            if (used > memory) {
                throw new AssertionError("input %d of seed %d took %d bytes, expected at most %d: %s"
                        .formatted(i, seed, used, memory, shown(input)));
            }
        }
        // damage that is never noticed, or always, would not test much
        assertThat(refused).isBetween(inputs / 10, inputs - inputs / 200);
    }

    private static long again(Reader reader, byte[] input) {
        long before = allocated();
        try {
            reader.read(input);
        } catch (IOException | IllegalArgumentException e) {
            // as before
        }
        return allocated() - before;
    }

    private static String shown(byte[] input) {
        return new String(input, StandardCharsets.ISO_8859_1);
    }

    private byte[] damaged(List<byte[]> samples) {
        byte[] input = samples.get(random.nextInt(samples.size()));
        for (int n = random.nextInt(1, 2 + random.nextInt(MOST_DAMAGES)); n > 0; n--) {
            input = damaged(input);
        }
        return input;
    }

    /** One damage to an input that has no words. */
    byte[] damagedBinary(byte[] input) {
        return damaged(input, BINARY);
    }

    private byte[] damaged(byte[] input) {
        return damaged(input, TEXT);
    }

    private byte[] damaged(byte[] input, int kinds) {
        int from = random.nextInt(input.length + 1);
        int to = Math.min(input.length, from + random.nextInt(1, 30));
        return switch (random.nextInt(kinds)) {
            case 0 -> flipped(input, from);
            case 1 -> Arrays.copyOf(input, from);
            case 2 -> spliced(input, from, to, new byte[0]);
            case 3 -> {
                int end = Math.min(input.length, from + random.nextInt(1, 300));
                int at = random.nextBoolean() ? end : random.nextInt(input.length + 1);
                yield spliced(input, at, at, Arrays.copyOfRange(input, from, end));
            }
            case 4 -> spliced(input, from, Math.min(input.length, from + 8), number());
            case 5 -> spliced(input, from, from, randomBytes());
            default -> word(input, from);
        };
    }

    private byte[] flipped(byte[] input, int at) {
        byte[] flipped = input.clone();
        if (at < input.length) {
            flipped[at] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    /** Eight bytes, little endian. */
    private byte[] number() {
        long number = NUMBERS[random.nextInt(NUMBERS.length)];
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(number)
                .array();
    }

    private byte[] randomBytes() {
        byte[] bytes = new byte[random.nextInt(1, 9)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt();
        }
        return bytes;
    }

    /** Another word in place of the one at or after a position: one from elsewhere in the input, or a troublesome one. */
    private byte[] word(byte[] input, int at) {
        int from = wordStart(input, at);
        int other = wordStart(input, random.nextInt(input.length + 1));
        byte[] word = random.nextBoolean()
                ? Arrays.copyOfRange(input, other, wordEnd(input, other))
                : WORDS[random.nextInt(WORDS.length)].getBytes(StandardCharsets.ISO_8859_1);
        return spliced(input, from, wordEnd(input, from), word);
    }

    private static int wordStart(byte[] input, int from) {
        int at = from;
        while (at < input.length && !inWord(input[at])) {
            at++;
        }
        while (at > 0 && at < input.length && inWord(input[at - 1])) {
            at--;
        }
        return at;
    }

    private static int wordEnd(byte[] input, int from) {
        int at = from;
        while (at < input.length && inWord(input[at])) {
            at++;
        }
        return at;
    }

    private static boolean inWord(byte b) {
        return Character.isLetterOrDigit(b) || b == '-' || b == '.' || b == '_';
    }

    private static byte[] spliced(byte[] input, int from, int to, byte[] middle) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(input, 0, from);
        out.writeBytes(middle);
        out.write(input, to, input.length - to);
        return out.toByteArray();
    }
}
