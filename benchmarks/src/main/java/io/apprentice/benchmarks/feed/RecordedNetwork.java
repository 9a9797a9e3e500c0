package io.apprentice.benchmarks.feed;

import io.apprentice.pose.network.CropNetwork;
import io.apprentice.pose.network.WdrNet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands in for a network on a device: gives the answers that the real one gave to the most similar crops, at once or after
 * the time that a device would take, during which it needs no core.
 */
final class RecordedNetwork implements CropNetwork {

    private static final int STEP = 16;
    private static final int LARGEST_BATCH = 64;

    private record Answer(byte[] look, float[] logits, float[] votes) {}

    private final List<Answer> answers = new ArrayList<>();
    private final AtomicLong busyNanos = new AtomicLong();
    private final long nanosPerCrop;
    private int cells;

    /**
     * Knows nothing yet.
     *
     * @param nanosPerCrop the time that a device would take
     */
    private RecordedNetwork(long nanosPerCrop) {
        this.nanosPerCrop = nanosPerCrop;
    }

    static RecordedNetwork empty() {
        return new RecordedNetwork(0);
    }

    /** The same answers from a device that takes a time per crop, and has not been busy yet. */
    RecordedNetwork taking(long nanosPerCrop) {
        RecordedNetwork other = new RecordedNetwork(nanosPerCrop);
        other.answers.addAll(answers);
        other.cells = cells;
        return other;
    }

    /** A network that answers, and is remembered. */
    CropNetwork recording(WdrNet network) {
        return new CropNetwork() {
            @Override
            public WdrNet.Output run(ByteBuffer rgb, int batch, int width, int height) {
                WdrNet.Output output = network.run(rgb, batch, width, height);
                cells = output.cells();
                int logits = output.logits().length / batch;
                int votes = output.values().length / batch;
                for (int i = 0; i < batch; i++) {
                    answers.add(new Answer(
                            look(rgb, i, width, height),
                            Arrays.copyOfRange(output.logits(), i * logits, (i + 1) * logits),
                            Arrays.copyOfRange(output.values(), i * votes, (i + 1) * votes)));
                }
                return output;
            }

            @Override
            public int largestBatch() {
                return network.largestBatch();
            }

            @Override
            public void close() {
                network.close();
            }
        };
    }

    /** The green of every sixteenth pixel of every sixteenth row. */
    private static byte[] look(ByteBuffer rgb, int crop, int width, int height) {
        byte[] look = new byte[(width / STEP) * (height / STEP)];
        for (int y = 0, i = 0; y < height / STEP; y++) {
            for (int x = 0; x < width / STEP; x++) {
                look[i++] = rgb.get(3 * ((crop * height + y * STEP + STEP / 2) * width + x * STEP + STEP / 2) + 1);
            }
        }
        return look;
    }

    private Answer nearest(byte[] look) {
        Answer nearest = answers.get(0);
        int least = Integer.MAX_VALUE;
        for (Answer answer : answers) {
            int distance = 0;
            for (int i = 0; i < look.length && distance < least; i++) {
                distance += Math.abs((look[i] & 255) - (answer.look[i] & 255));
            }
            if (distance < least) {
                least = distance;
                nearest = answer;
            }
        }
        return nearest;
    }

    @Override
    public WdrNet.Output run(ByteBuffer rgb, int batch, int width, int height) {
        long start = System.nanoTime();
        int logitCount = answers.get(0).logits.length;
        int voteCount = answers.get(0).votes.length;
        float[] logits = new float[batch * logitCount];
        float[] votes = new float[batch * voteCount];
        for (int i = 0; i < batch; i++) {
            Answer answer = nearest(look(rgb, i, width, height));
            System.arraycopy(answer.logits, 0, logits, i * logitCount, logitCount);
            System.arraycopy(answer.votes, 0, votes, i * voteCount, voteCount);
        }
        for (long left = 1; left > 0 && nanosPerCrop > 0; ) {
            left = start + batch * nanosPerCrop - System.nanoTime();
            LockSupport.parkNanos(left);
        }
        busyNanos.addAndGet(System.nanoTime() - start);
        return new WdrNet.Output(cells, logits, votes, new float[0]);
    }

    /** How long it has been at work. */
    long busyNanos() {
        return busyNanos.get();
    }

    @Override
    public int largestBatch() {
        return LARGEST_BATCH;
    }

    @Override
    public void close() {
        // nothing to free
    }
}
