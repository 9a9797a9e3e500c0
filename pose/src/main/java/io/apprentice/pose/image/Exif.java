package io.apprentice.pose.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Finds the orientation tag in the EXIF data of a JPEG (APP1) or PNG (eXIf). What is broken counts as not there. */
public final class Exif {
    private static final int ORIENTATION = 0x0112;
    private static final int PNG_SIGNATURE = 8;
    private static final byte[] MARK = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

    private Exif() {}

    /** How a picture is to be turned; upright if it does not say. */
    public static Orientation orientation(byte[] image) {
        ByteBuffer data = ByteBuffer.wrap(image);
        boolean jpeg = image.length > 4 && (data.getShort(0) & 0xffff) == 0xffd8;
        Optional<ByteBuffer> tiff = jpeg ? ofJpeg(data) : ofPng(data);
        return Orientation.ofExif(tiff.map(Exif::tag).orElse(1));
    }

    private static Optional<ByteBuffer> ofJpeg(ByteBuffer data) {
        int at = 2;
        while (at + 4 <= data.limit() && (data.get(at) & 255) == 0xff) {
            int marker = data.get(at + 1) & 255;
            if (marker == 0xff) {
                at++; // padding
                continue;
            }
            if (marker == 0xda || marker == 0xd9) {
                break; // pixels
            }
            int length = marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7) ? 0 : data.getShort(at + 2) & 0xffff;
            int start = at + 4 + MARK.length;
            int end = at + 2 + length;
            if (marker == 0xe1 && start <= end && end <= data.limit() && isExif(data, at + 4)) {
                return Optional.of(data.slice(start, end - start));
            }
            at = end;
        }
        return Optional.empty();
    }

    private static boolean isExif(ByteBuffer data, int at) {
        byte[] mark = new byte[MARK.length];
        data.get(at, mark);
        return java.util.Arrays.equals(mark, MARK);
    }

    private static Optional<ByteBuffer> ofPng(ByteBuffer data) {
        int at = PNG_SIGNATURE;
        while (at + 12 <= data.limit()) {
            int length = data.getInt(at);
            if (length < 0 || length > data.limit() - at - 12) {
                break;
            }
            if (data.getInt(at + 4) == 0x65584966) { // eXIf
                return Optional.of(data.slice(at + 8, length));
            }
            at += 12 + length;
        }
        return Optional.empty();
    }

    /** The tag's value in the first directory of TIFF data, or 1. */
    private static int tag(ByteBuffer tiff) {
        if (tiff.limit() < 8) {
            return 1;
        }
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        if (directory < 8 || directory > tiff.limit() - 2) {
            return 1;
        }
        int entries = tiff.getShort(directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            int at = directory + 2 + 12 * i;
            if (at + 12 > tiff.limit()) {
                break;
            }
            if ((tiff.getShort(at) & 0xffff) == ORIENTATION) {
                return tiff.getShort(at + 2) == 4 ? tiff.getInt(at + 8) : tiff.getShort(at + 8) & 0xffff;
            }
        }
        return 1;
    }
}
