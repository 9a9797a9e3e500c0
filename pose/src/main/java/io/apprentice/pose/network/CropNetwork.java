package io.apprentice.pose.network;

import java.nio.ByteBuffer;

/** What answers a batch of crops: a {@link WdrNet}, or something that stands in for one to measure what surrounds it. */
public interface CropNetwork extends AutoCloseable {

    /**
     * Answers a batch; at most {@link #callsAtATime} calls at a time.
     *
     * @param rgb a direct buffer from position 0 to its limit: crops one after the other, each height x width x 3 bytes RGB;
     *     not kept, so the caller may fill it again afterwards
     * @param batch number of crops, at least 1
     * @param width width of a crop, pixels
     * @param height height of a crop
     */
    WdrNet.Output run(ByteBuffer rgb, int batch, int width, int height);

    /** A direct buffer for crops, from which this network reads as fast as it can; not to be used after {@link #close}. */
    default ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes);
    }

    /** How many crops one call should have at most. */
    int largestBatch();

    /** How many calls it takes at a time. */
    default int callsAtATime() {
        return 1;
    }

    @Override
    void close();
}
