package io.apprentice.ingest.live;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** What the decoder says on its standard output. */
sealed interface Message {

    /** Larger pictures are refused. */
    int MOST_BYTES = 64 << 20;

    /** Begins every message, so that a line that a native library prints among them is noticed. */
    int MARK = 0x0a_50_05_e1;

    /**
     * A sign of life, several times a second.
     *
     * @param packets what the camera sent since the last one
     * @param pictures what was decoded since the last one
     */
    record Beat(int packets, int pictures) implements Message {}

    /** A picture that is kept. */
    record Picture(LiveFrame frame) implements Message {}

    /** There was a picture that cannot be decoded. */
    record Broken() implements Message {}

    /** The connection is over; another request is welcome. */
    record Over(String reason) implements Message {}

    /** Writes a message; the caller flushes. */
    static void write(Message message, DataOutputStream out) throws IOException {
        out.writeInt(MARK);
        if (message instanceof Beat beat) {
            out.writeByte('b');
            out.writeInt(beat.packets());
            out.writeInt(beat.pictures());
        } else if (message instanceof Picture picture) {
            out.writeByte('p');
            out.writeLong(picture.frame().arrivedMicros());
            out.writeLong(picture.frame().sentMicros().orElse(Long.MIN_VALUE));
            out.writeInt(picture.frame().image().length);
            out.write(picture.frame().image());
        } else if (message instanceof Broken) {
            out.writeByte('u');
        } else if (message instanceof Over over) {
            out.writeByte('o');
            out.writeUTF(over.reason());
        }
    }

    /**
     * Reads a message.
     *
     * @throws IOException if the stream ends, or holds something else; says which
     */
    static Message read(DataInputStream in) throws IOException {
        int mark = in.readInt();
        if (mark != MARK) {
            throw new IOException("the decoder said 0x%08x, expected a message".formatted(mark));
        }
        byte type = in.readByte();
        return switch (type) {
            case 'b' -> new Beat(in.readInt(), in.readInt());
            case 'p' -> picture(in);
            case 'u' -> new Broken();
            case 'o' -> new Over(in.readUTF());
            default -> throw new IOException("the decoder sent a message of the unknown type %d".formatted(type));
        };
    }

    private static Picture picture(DataInputStream in) throws IOException {
        long arrived = in.readLong();
        long sent = in.readLong();
        int length = in.readInt();
        if (length < 0 || length > MOST_BYTES) {
            throw new IOException(
                    "the decoder announced a picture of %d bytes, expected at most %d".formatted(length, MOST_BYTES));
        }
        byte[] image = new byte[length];
        in.readFully(image);
        return new Picture(LiveFrame.of(image, arrived, sent));
    }
}
