package io.apprentice.wire;

import java.nio.ByteBuffer;

/** Bytes of records. */
public final class Bytes {

    private Bytes() {}

    /** A copy of what is left in a buffer, which stays as it is. */
    public static byte[] of(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
