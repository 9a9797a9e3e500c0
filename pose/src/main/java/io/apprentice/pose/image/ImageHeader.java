package io.apprentice.pose.image;

import java.io.IOException;

/**
 * Size of a JPEG or PNG as its header states it, so that a few bytes cannot make a decoder allocate gigabytes.
 *
 * @param format {@code JPEG} or {@code PNG}
 * @param width pixels, as stated, unchecked
 * @param height pixels, as stated, unchecked
 */
public record ImageHeader(String format, int width, int height) {
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    /**
     * Reads the header.
     *
     * @throws IOException if the bytes are neither JPEG nor PNG, or end before the size
     */
    public static ImageHeader of(byte[] bytes) throws IOException {
        if (bytes.length >= 2 && (bytes[0] & 255) == 0xff && (bytes[1] & 255) == 0xd8) {
            return jpeg(bytes);
        }
        if (bytes.length >= PNG.length && java.util.Arrays.equals(bytes, 0, PNG.length, PNG, 0, PNG.length)) {
            if (bytes.length < 24 || int32(bytes, 12) != 0x49484452) {
                throw new IOException("PNG of %d bytes: expected an IHDR chunk first".formatted(bytes.length));
            }
            return new ImageHeader("PNG", int32(bytes, 16), int32(bytes, 20));
        }
        throw new IOException("image of %d bytes: expected a JPEG or PNG header".formatted(bytes.length));
    }

    /**
     * Finds the mark at the picture's end, without which it has been cut off.
     *
     * @throws IOException as {@link #of}, or if the mark is missing
     */
    public static void requireWhole(byte[] bytes) throws IOException {
        ImageHeader header = of(bytes);
        if (!header.isWhole(bytes)) {
            throw new IOException("%s of %d bytes, %d x %d pixels: its end is missing"
                    .formatted(header.format, bytes.length, header.width, header.height));
        }
    }

    /** Whether bytes with this header have the mark at the picture's end. */
    boolean isWhole(byte[] bytes) {
        return format.equals("PNG") ? hasLastChunk(bytes) : hasEndOfImage(bytes);
    }

    /** Behind the first scan's header: segments before it may hold a small picture with an end of its own. */
    private static boolean hasEndOfImage(byte[] bytes) {
        int at = 2;
        while (at + 3 < bytes.length && (bytes[at + 1] & 255) != 0xda) {
            int marker = bytes[at + 1] & 255;
            at += marker == 0xff
                    ? 1
                    : marker == 0x01 || marker >= 0xd0 && marker <= 0xd7 ? 2 : 2 + int16(bytes, at + 2);
        }
        for (int i = bytes.length - 2; i >= at + 2; i--) {
            if ((bytes[i] & 255) == 0xff && (bytes[i + 1] & 255) == 0xd9) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasLastChunk(byte[] bytes) {
        long at = PNG.length;
        while (at + 12 <= bytes.length) {
            if (int32(bytes, (int) at + 4) == 0x49454e44) {
                return true;
            }
            at += 12 + Integer.toUnsignedLong(int32(bytes, (int) at));
        }
        return false;
    }

    private static ImageHeader jpeg(byte[] bytes) throws IOException {
        int at = 2;
        while (at + 9 < bytes.length && (bytes[at] & 255) == 0xff) {
            int marker = bytes[at + 1] & 255;
            if (marker == 0xff) {
                at++; // padding
            } else if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
                at += 2; // markers without a segment
            } else if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
                return new ImageHeader("JPEG", int16(bytes, at + 7), int16(bytes, at + 5));
            } else if (marker == 0xd9 || marker == 0xda) {
                break;
            } else {
                at += 2 + int16(bytes, at + 2);
            }
        }
        throw new IOException(
                "JPEG of %d bytes: expected a frame header (SOF) before the pixels".formatted(bytes.length));
    }

    private static int int16(byte[] b, int at) {
        return (b[at] & 255) << 8 | (b[at + 1] & 255);
    }

    private static int int32(byte[] b, int at) {
        return int16(b, at) << 16 | int16(b, at + 2);
    }
}
