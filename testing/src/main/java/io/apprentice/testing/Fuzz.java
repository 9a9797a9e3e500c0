package io.apprentice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.testing.PoisonedRecords.Poison;
import io.apprentice.testing.PoisonedRecords.Sample;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Feeds what reads a topic with poison, and says what became of it.
 *
 * <p>The system properties {@code fuzz.records} and {@code fuzz.seed} say how many records and which; without them as
 * many as a build has time for.
 */
public final class Fuzz {

    private static final int RECORDS = Integer.getInteger("fuzz.records", 2_000);
    private static final long SEED = Long.getLong("fuzz.seed", 1);
    private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();
    /** One record may take a processor for so long. */
    private static final long MOST_NANOS = 5_000_000_000L;
    /** The heap may be so much larger at the end than after the first tenth. */
    private static final long MOST_GROWTH = 64 << 20;

    private static final int SHOWN_BYTES = 4_000;

    /** What handles one record. */
    @FunctionalInterface
    public interface Reader {
        /**
         * Handles a record.
         *
         * @return what became of it, one of a few words
         * @throws Exception which no poison may cause
         */
        String read(Poison poison) throws Exception;
    }

    private Fuzz() {}

    /**
     * Reads poison.
     *
     * @param who reads it, for the report
     * @param now the usual timestamp, milliseconds
     * @throws AssertionError if it throws, takes too long, needs ever more memory, or all records come to the same end
     */
    public static void run(String who, String topic, List<Sample> samples, long now, Reader reader) {
        PoisonedRecords records = new PoisonedRecords(samples, SEED, now);
        Map<String, Long> outcomes = new TreeMap<>();
        long slowest = 0;
        long heap = 0;
        long began = System.nanoTime();
        for (int i = 0; i < RECORDS; i++) {
            if (i == RECORDS / 10) {
                heap = usedHeap();
            }
            Poison poison = records.next();
            long start = THREAD.getCurrentThreadCpuTime();
            try {
                outcomes.merge(reader.read(poison), 1L, Long::sum);
            } catch (Exception | Error e) {
                throw new AssertionError("record %d of seed %d: %s".formatted(i, SEED, shown(poison)), e);
            }
            long nanos = THREAD.getCurrentThreadCpuTime() - start;
            if (nanos > MOST_NANOS) {
                throw new AssertionError(
                        "record %d of seed %d took %d ms: %s".formatted(i, SEED, nanos / 1_000_000, shown(poison)));
            }
            slowest = Math.max(slowest, nanos);
        }
        long growth = usedHeap() - heap;
        System.out.printf(
                "fuzz: %s, %s: %,d records of seed %d in %d s, the slowest %d ms, heap %+d MB: %s%n",
                topic,
                who,
                RECORDS,
                SEED,
                (System.nanoTime() - began) / 1_000_000_000,
                slowest / 1_000_000,
                growth >> 20,
                outcomes);
        assertThat(growth).as("growth of the heap").isLessThan(MOST_GROWTH);
        assertThat(outcomes).as("what became of the records").hasSizeGreaterThan(1);
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static String shown(Poison poison) {
        return "key %s, timestamp %d, value %s"
                .formatted(base64(poison.key()), poison.timestamp(), base64(poison.value()));
    }

    private static String base64(byte[] bytes) {
        return bytes == null
                ? "null"
                : bytes.length > SHOWN_BYTES
                        ? "of %,d bytes".formatted(bytes.length)
                        : Base64.getEncoder().encodeToString(bytes);
    }
}
