package io.apprentice.scene.render;

import java.util.Arrays;

/**
 * Finds the samples inside a triangle, row by row: draws the triangle where it is the nearest so far, or counts the samples
 * that a silhouette has not covered yet.
 */
final class Rasteriser {
    private static final float[] NO_PLANES = {};

    private final Samples samples;
    /** By sample, a bit: whether the silhouette covers it; each row begins with a number of its own. */
    private long[] silhouette = {};

    private final int words;

    Rasteriser(Samples samples) {
        this.samples = samples;
        words = (samples.columns + Long.SIZE - 1) / Long.SIZE;
    }

    /** Draws a triangle: each sample keeps the nearest. */
    void draw(Vertices vertices, int a, int b, int c, float[] planes, int triangle) {
        scan(vertices, a, b, c, planes, triangle);
    }

    /** Starts a silhouette that covers nothing yet. */
    void beginSilhouette() {
        if (silhouette.length == 0) {
            silhouette = new long[words * samples.rows];
        }
        Arrays.fill(silhouette, 0);
    }

    /** Adds a triangle to the silhouette and returns the number of samples that it covers first. */
    long cover(Vertices vertices, int a, int b, int c) {
        return scan(vertices, a, b, c, NO_PLANES, Samples.NOTHING);
    }

    /** Splits a triangle at its middle corner into two parts with straight sides. */
    private long scan(Vertices vertices, int a, int b, int c, float[] planes, int triangle) {
        float[] column = vertices.column;
        float[] row = vertices.row;
        int swap;
        if (row[b] < row[a]) {
            swap = a;
            a = b;
            b = swap;
        }
        if (row[c] < row[a]) {
            swap = a;
            a = c;
            c = swap;
        }
        if (row[c] < row[b]) {
            swap = b;
            b = c;
            c = swap;
        }
        int first = Math.max(0, (int) Math.ceil(row[a] - 0.5));
        int last = Math.min(samples.rows, (int) Math.ceil(row[c] - 0.5));
        int middle = Math.max(first, Math.min(last, (int) Math.ceil(row[b] - 0.5)));
        double slopeLong = slope(column, row, a, c);
        long covered = span(column, row, a, slopeLong, a, slope(column, row, a, b), first, middle, planes, triangle);
        return covered + span(column, row, a, slopeLong, b, slope(column, row, b, c), middle, last, planes, triangle);
    }

    private static double slope(float[] column, float[] row, int from, int to) {
        return ((double) column[to] - column[from]) / ((double) row[to] - row[from]);
    }

    /** Visits the samples between the sides through corners a and b, from row {@code first} to before {@code last}. */
    private long span(
            float[] column,
            float[] row,
            int a,
            double slopeA,
            int b,
            double slopeB,
            int first,
            int last,
            float[] planes,
            int triangle) {
        int columns = samples.columns;
        long covered = 0;
        for (int j = first; j < last; j++) {
            double middle = j + 0.5;
            int edgeA = (int) Math.ceil(column[a] + (middle - row[a]) * slopeA - 0.5);
            int edgeB = (int) Math.ceil(column[b] + (middle - row[b]) * slopeB - 0.5);
            int from = Math.max(0, Math.min(edgeA, edgeB));
            int to = Math.min(columns, Math.max(edgeA, edgeB));
            if (from >= to) {
                continue;
            }
            if (triangle == Samples.NOTHING) {
                covered += cover(j, from, to);
            } else {
                samples.draw(j, from, to, planes, triangle);
            }
        }
        return covered;
    }

    private int cover(int row, int from, int to) {
        int covered = 0;
        int last = (to - 1) / Long.SIZE;
        for (int word = from / Long.SIZE; word <= last; word++) {
            long span = -1L >>> Math.max(0, (word + 1) * Long.SIZE - to);
            span &= -1L << Math.max(0, from - word * Long.SIZE);
            long before = silhouette[row * words + word];
            covered += Long.bitCount(span & ~before);
            silhouette[row * words + word] = before | span;
        }
        return covered;
    }
}
