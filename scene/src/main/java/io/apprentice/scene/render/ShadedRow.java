package io.apprentice.scene.render;

import java.util.Arrays;

/**
 * A row of pixels while it is coloured: first the texels around each pixel's place are fetched, then all of them are mixed
 * and lit. Not thread-safe.
 */
final class ShadedRow {
    /*
     * The compiler turns loops over arrays of ints into vectors, sixteen pixels at a time, but only loops with few
     * operations, without Math.min and without an offset to the index. So the work is cut into small steps over whole
     * rows, and what has to be done pixel by pixel, fetching, is done before.
     */

    /** One, as a factor for all three colours. */
    private static final int UNLIT = 256 << 20 | 256 << 10 | 256;
    /** The largest factor in 256ths, almost 4. */
    private static final int BRIGHTEST = 1023;

    /** Texels around the place; upper left, upper right, lower left and lower right. */
    private final int[][] around;
    /** Where the place lies among them, 256ths: from the left, and from the top shifted by 8. */
    private final int[] among;
    /** Factors of red, green and blue in 256ths, 10 bits each. */
    private final int[] factors;

    private final int[][] weights;
    private final int[] redBlue;
    private final int[] green;
    private final int[][] lit;
    private final int[] row;

    ShadedRow(int width) {
        around = new int[4][width];
        among = new int[width];
        factors = new int[width];
        weights = new int[4][width];
        redBlue = new int[width];
        green = new int[width];
        lit = new int[3][width];
        row = new int[width];
    }

    /** Sets the colour of a pixel, as it is. */
    void set(int px, int colour) {
        around[0][px] = colour;
        among[px] = 0;
        factors[px] = UNLIT;
    }

    /**
     * Fetches the texels of pixels along a line over a texture.
     *
     * @param texels a level, {@code 1 << widthBits} wide; it repeats outside
     * @param x place of pixel {@code from}, 65536ths of a texel from the middle of the first column; changes by {@code dx}
     * @param y the same from the middle of the first row; changes by {@code dy}
     */
    void fetch(int from, int to, int[] texels, int widthBits, int x, int y, int dx, int dy) {
        int[] a = around[0];
        int[] b = around[1];
        int[] c = around[2];
        int[] d = around[3];
        int all = texels.length - 1; // a power of two less one: so nothing is checked twice
        int wide = 1 << widthBits;
        for (int px = from, i = 0; px < to; px++, i++) { // products, because sums that wait for each other take longer
            int fx = (x + i * dx) >> 8;
            int fy = (y + i * dy) >> 8;
            int x0 = (fx >> 8) & (wide - 1);
            int x1 = (x0 + 1) & (wide - 1);
            int y0 = (fy >> 8) << widthBits;
            int y1 = y0 + wide;
            a[px] = texels[(y0 + x0) & all];
            b[px] = texels[(y0 + x1) & all];
            c[px] = texels[(y1 + x0) & all];
            d[px] = texels[(y1 + x1) & all];
            among[px] = fx & 255 | (fy & 255) << 8;
        }
    }

    /** Sets factors in 65536ths, which are red, green and blue at pixel {@code from} and change evenly. */
    void light(int from, int to, int red, int green, int blue, int dRed, int dGreen, int dBlue) {
        if ((dRed | dGreen | dBlue) == 0) {
            Arrays.fill(factors, from, to, factor(red) << 20 | factor(green) << 10 | factor(blue));
            return;
        }
        for (int px = from, i = 0; px < to; px++, i++) {
            factors[px] = factor(red + i * dRed) << 20 | factor(green + i * dGreen) << 10 | factor(blue + i * dBlue);
        }
    }

    private static int factor(int fixed) {
        return Math.min(BRIGHTEST, fixed >> 8);
    }

    /** Computes the colours of all pixels, 0xRRGGBB. */
    void resolve(int[] pixels, int start) {
        weigh(among, weights[0], weights[1], weights[2], weights[3]);
        mix(0xff00ff, redBlue);
        mix(0xff00, green);
        light(redBlue, 16, factors, 20, lit[0]);
        light(green, 8, factors, 10, lit[1]);
        light(redBlue, 0, factors, 0, lit[2]);
        PackedPixels.join(lit[0], lit[1], lit[2], row);
        System.arraycopy(row, 0, pixels, start, row.length);
    }

    /** The same weights as those of {@link Texels#bilinear}. */
    private static void weigh(int[] among, int[] w0, int[] w1, int[] w2, int[] w3) {
        for (int i = 0; i < among.length; i++) {
            int right = among[i] & 255;
            int lower = among[i] >> 8;
            int both = (right * lower) >> 8;
            w0[i] = 256 - right - lower + both;
            w1[i] = right - both;
            w2[i] = lower - both;
            w3[i] = both;
        }
    }

    private void mix(int mask, int[] out) {
        upper(around[0], weights[0], around[1], weights[1], mask, out);
        lower(around[2], weights[2], around[3], weights[3], mask, out);
    }

    private static void upper(int[] a, int[] wa, int[] b, int[] wb, int mask, int[] out) {
        for (int i = 0; i < out.length; i++) {
            out[i] = (a[i] & mask) * wa[i] + (b[i] & mask) * wb[i];
        }
    }

    private static void lower(int[] a, int[] wa, int[] b, int[] wb, int mask, int[] out) {
        for (int i = 0; i < out.length; i++) {
            out[i] = (out[i] + (a[i] & mask) * wa[i] + (b[i] & mask) * wb[i]) >>> 8 & mask;
        }
    }

    /** A colour times its factor, at most 255. */
    private static void light(int[] colours, int shift, int[] factors, int factorShift, int[] out) {
        for (int i = 0; i < out.length; i++) {
            int value = (colours[i] >> shift & 255) * (factors[i] >> factorShift & BRIGHTEST) >> 8;
            out[i] = (value | 255 - value >> 31) & 255;
        }
    }
}
