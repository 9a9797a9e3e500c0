package io.apprentice.ingest.live;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the decoder is to open, and what to make of its pictures. It travels over the child's standard input, since a
 * command line is for everyone to read.
 *
 * @param address URL or device, with its password
 * @param format FFmpeg's name of the input format; empty if it finds out by itself
 * @param options FFmpeg's options
 * @param width width to scale to, pixels; 0 if pictures stay as they are
 * @param height height to scale to, pixels; 0 if pictures stay as they are
 * @param exact whether pictures of another shape are refused; otherwise they stay as they are
 * @param framesPerSecond frames to keep per second; 0 for all
 * @param jpegQuality 1 to 100; 0 for PNG. JPEGs that come as such stay as they are
 * @param openTimeout how long the first picture may take
 * @param silenceTimeout how long the camera may send nothing
 */
public record Request(
        Address address,
        String format,
        Map<String, String> options,
        int width,
        int height,
        boolean exact,
        double framesPerSecond,
        int jpegQuality,
        Duration openTimeout,
        Duration silenceTimeout) {

    /** Copies the options. */
    public Request {
        options = Map.copyOf(options);
    }

    void write(DataOutput out) throws IOException {
        out.writeUTF(address.reveal());
        out.writeUTF(format);
        out.writeInt(options.size());
        for (Map.Entry<String, String> option : new TreeMap<>(options).entrySet()) {
            out.writeUTF(option.getKey());
            out.writeUTF(option.getValue());
        }
        out.writeInt(width);
        out.writeInt(height);
        out.writeBoolean(exact);
        out.writeDouble(framesPerSecond);
        out.writeInt(jpegQuality);
        out.writeLong(openTimeout.toMillis());
        out.writeLong(silenceTimeout.toMillis());
    }

    static Request read(DataInput in) throws IOException {
        Address address = Address.of(in.readUTF());
        String format = in.readUTF();
        Map<String, String> options = new TreeMap<>();
        for (int n = in.readInt(); n > 0; n--) {
            options.put(in.readUTF(), in.readUTF());
        }
        return new Request(
                address,
                format,
                options,
                in.readInt(),
                in.readInt(),
                in.readBoolean(),
                in.readDouble(),
                in.readInt(),
                Duration.ofMillis(in.readLong()),
                Duration.ofMillis(in.readLong()));
    }
}
