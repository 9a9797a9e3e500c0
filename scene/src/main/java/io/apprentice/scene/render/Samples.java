package io.apprentice.scene.render;

import java.util.Arrays;

/**
 * The picture while it is drawn: 2 x 2 samples per pixel, each with its nearest triangle and that triangle's inverse depth.
 * A row of samples is cut into pieces. The samples of a piece that one triangle covers as a whole are written only when they
 * are asked for, and pieces lie in the order in which they are written: little memory is touched. The renderer's stages read
 * and write the arrays directly.
 */
final class Samples {
    /** In place of a triangle where nothing was drawn. */
    static final int NOTHING = -1;
    /** In place of a triangle where there may be several. */
    static final int SEVERAL = -2;

    private static final int PIECE_BITS = 5;
    /** Samples in a piece of a row; an even number. */
    static final int PIECE = 1 << PIECE_BITS;

    /** 0, 1, 2 and so on: converting them in a loop would keep it from being vectorised. */
    private static final float[] STEPS = new float[PIECE];

    static {
        for (int k = 0; k < PIECE; k++) {
            STEPS[k] = k;
        }
    }

    final int width;
    final int height;
    /** Samples in a row, two per pixel. */
    final int columns;
    /** Rows of samples, two per pixel. */
    final int rows;
    /** Pieces in a row; the last one may be shorter. */
    final int pieces;
    /** By piece: the triangle that all its samples see, {@link #NOTHING}, or {@link #SEVERAL}. */
    final int[] owner;
    /** By piece: no sample has a smaller inverse depth. */
    final float[] farthest;
    /** By sample: one over the depth in metres, 0 where nothing was drawn; see {@link #write}. */
    final float[] inverseDepth;
    /** By sample: the nearest triangle, or {@link #NOTHING}; see {@link #write}. */
    final int[] visible;

    /** By piece: where its samples lie, one after the other in both arrays, or below 0 if they are not written. */
    private final int[] place;

    private int used;
    /** By piece: which samples were drawn, one bit each, and the smallest inverse depth with which they were. */
    private final int[] drawn;

    private final float[] least;

    /** An empty picture of a size in pixels. */
    Samples(int width, int height) {
        this.width = width;
        this.height = height;
        columns = 2 * width;
        rows = 2 * height;
        pieces = (columns + PIECE - 1) >> PIECE_BITS;
        owner = new int[pieces * rows];
        farthest = new float[pieces * rows];
        place = new int[pieces * rows];
        drawn = new int[pieces * rows];
        least = new float[pieces * rows];
        inverseDepth = new float[PIECE * pieces * rows];
        visible = new int[PIECE * pieces * rows];
    }

    void clear() {
        Arrays.fill(owner, NOTHING);
        Arrays.fill(farthest, 0);
        Arrays.fill(place, -1);
        used = 0;
        Arrays.fill(drawn, 0);
        Arrays.fill(least, Float.POSITIVE_INFINITY);
    }

    /**
     * Writes the samples of a piece, unless they are written already.
     *
     * @return index of the piece's first sample
     */
    int write(int row, int piece, float[] planes) {
        int at = row * pieces + piece;
        if (place[at] >= 0) {
            return place[at];
        }
        int start = used;
        place[at] = start;
        used += PIECE;
        int triangle = owner[at];
        Arrays.fill(visible, start, start + PIECE, triangle);
        if (triangle == NOTHING) {
            Arrays.fill(inverseDepth, start, start + PIECE, 0);
            return start;
        }
        float dx = planes[Triangles.PLANES * triangle];
        float first = (float) (startOfRow(row, planes, triangle) + (piece << PIECE_BITS) * (double) dx);
        for (int k = 0; k < PIECE; k++) {
            inverseDepth[start + k] = first + STEPS[k] * dx;
        }
        return start;
    }

    /** Writes all samples. */
    void write(float[] planes) {
        for (int row = 0; row < rows; row++) {
            for (int piece = 0; piece < pieces; piece++) {
                write(row, piece, planes);
            }
        }
    }

    /** Draws a triangle over a part of a row that is not empty: each sample keeps the nearest. */
    void draw(int row, int from, int to, float[] planes, int triangle) {
        float dx = planes[Triangles.PLANES * triangle];
        double start = startOfRow(row, planes, triangle);
        float nearest = (float) (start + (dx > 0 ? to - 1 : from) * (double) dx);
        for (int piece = from >> PIECE_BITS; piece << PIECE_BITS < to; piece++) {
            int at = row * pieces + piece;
            if (nearest <= farthest[at]) {
                continue;
            }
            int left = piece << PIECE_BITS;
            int length = Math.min(PIECE, columns - left);
            int begin = Math.max(0, from - left);
            int end = Math.min(length, to - left);
            float first = (float) (start + left * (double) dx);
            float one = first + STEPS[begin] * dx;
            float other = first + STEPS[end - 1] * dx;
            if (one <= farthest[at] && other <= farthest[at]) {
                continue;
            }
            float low = one < other ? one : other;
            boolean whole = end - begin == length;
            if (whole && owner[at] == NOTHING) {
                owner[at] = triangle;
                farthest[at] = low;
                continue;
            }
            int place = write(row, piece, planes);
            owner[at] = SEVERAL;
            nearest(place, begin, end, first, dx, triangle);
            if (whole) {
                farthest[at] = Math.max(farthest[at], low);
            } else if (farthest[at] == 0) {
                least[at] = Math.min(least[at], low);
                drawn[at] |= (-1 >>> (PIECE - (end - begin))) << begin;
                if (drawn[at] == -1 >>> (PIECE - length)) {
                    farthest[at] = least[at];
                }
            }
        }
    }

    private void nearest(int start, int begin, int end, float first, float dx, int triangle) {
        for (int k = begin; k < end; k++) {
            float here = first + STEPS[k] * dx; // not summed up: steps that wait for each other take longer
            if (here > inverseDepth[start + k]) {
                inverseDepth[start + k] = here;
                visible[start + k] = triangle;
            }
        }
    }

    /** A triangle's inverse depth at the first sample of a row. */
    private static double startOfRow(int row, float[] planes, int triangle) {
        int p = Triangles.PLANES * triangle;
        return planes[p] * 0.5 + planes[p + 1] * (row + 0.5) + planes[p + 2];
    }

    /** Index of a pixel's sample, which must be written: 0 and 1 in its upper row, 2 and 3 in its lower one. */
    int index(int px, int py, int sample) {
        int column = 2 * px + (sample & 1);
        return place[(2 * py + (sample >> 1)) * pieces + column / PIECE] + column % PIECE;
    }
}
