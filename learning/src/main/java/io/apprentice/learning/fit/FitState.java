package io.apprentice.learning.fit;

import io.apprentice.learning.step.TrainingStep;
import io.apprentice.pose.network.Precision;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * The state from which an interrupted {@link Fit} goes on. Every random choice is a function of the seed and the number
 * of the step or crop, so there is no generator's state to keep.
 *
 * @param images crops seen so far
 * @param nanos time spent so far
 * @param precision number format inside the network
 * @param step weights, their average, statistics and the optimizer's moments, see {@link TrainingStep#state()}; not
 *     copied
 */
public record FitState(long images, long nanos, Precision precision, byte[] step) {

    private static final int FORMAT = 0x4654_0001;

    /** Writes the state. */
    public void write(DataOutputStream out) throws IOException {
        out.writeInt(FORMAT);
        out.writeLong(images);
        out.writeLong(nanos);
        out.writeUTF(precision.name());
        out.write(step);
    }

    /**
     * Reads what {@link #write} wrote, to the end of the stream.
     *
     * @throws IOException if the bytes are not such a state
     */
    public static FitState read(DataInputStream in) throws IOException {
        int format = in.readInt();
        if (format != FORMAT) {
            throw new IOException("fit state: expected format %08x, got %08x".formatted(FORMAT, format));
        }
        long images = in.readLong();
        long nanos = in.readLong();
        String precision = in.readUTF();
        try {
            return new FitState(images, nanos, Precision.valueOf(precision), in.readAllBytes());
        } catch (IllegalArgumentException e) {
            throw new IOException("fit state: unknown precision " + precision, e);
        }
    }
}
