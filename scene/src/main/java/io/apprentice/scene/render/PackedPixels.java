package io.apprentice.scene.render;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Pixels as ints, 0xRRGGBB, from and to bytes, RGB interleaved: four pixels are three ints of bytes. */
public final class PackedPixels {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private PackedPixels() {}

    /** Joins the three colours of as many pixels as there are ints. */
    public static void join(int[] red, int[] green, int[] blue, int[] pixels) {
        for (int x = 0; x < pixels.length; x++) {
            pixels[x] = red[x] << 16 | green[x] << 8 | blue[x];
        }
    }

    /** Reads as many pixels as there are ints. */
    public static void read(byte[] rgb, int[] pixels) {
        int x = 0;
        int i = 0;
        for (; x + 4 <= pixels.length; x += 4, i += 12) {
            int a = (int) INTS.get(rgb, i);
            int b = (int) INTS.get(rgb, i + 4);
            int c = (int) INTS.get(rgb, i + 8);
            pixels[x] = a >>> 8;
            pixels[x + 1] = (a << 16 | b >>> 16) & 0xffffff;
            pixels[x + 2] = (b << 8 | c >>> 24) & 0xffffff;
            pixels[x + 3] = c & 0xffffff;
        }
        for (; x < pixels.length; x++, i += 3) {
            pixels[x] = (rgb[i] & 255) << 16 | (rgb[i + 1] & 255) << 8 | (rgb[i + 2] & 255);
        }
    }

    /** Writes all pixels to the bytes that begin at {@code to}; their highest bytes must be 0. */
    public static void write(int[] pixels, byte[] rgb, int to) {
        int x = 0;
        int i = to;
        for (; x + 4 <= pixels.length; x += 4, i += 12) {
            INTS.set(rgb, i, pixels[x] << 8 | pixels[x + 1] >>> 16);
            INTS.set(rgb, i + 4, pixels[x + 1] << 16 | pixels[x + 2] >>> 8);
            INTS.set(rgb, i + 8, pixels[x + 2] << 24 | pixels[x + 3]);
        }
        for (; x < pixels.length; x++, i += 3) {
            rgb[i] = (byte) (pixels[x] >> 16);
            rgb[i + 1] = (byte) (pixels[x] >> 8);
            rgb[i + 2] = (byte) pixels[x];
        }
    }
}
