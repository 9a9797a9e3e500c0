package io.apprentice.scene.render;

/**
 * Finds the samples inside a triangle, row by row: draws the triangle where it is the nearest so far, or counts the samples
 * that a silhouette has not covered yet.
 */
final class Rasteriser {
    private static final float[] NO_PLANES = {};

    private final Samples samples;
    private int[] stamp = {};
    private int stamps;

    Rasteriser(Samples samples) {
        this.samples = samples;
    }

    /** Draws a triangle: each sample keeps the nearest. */
    void draw(Vertices vertices, int a, int b, int c, float[] planes, int triangle) {
        scan(vertices, a, b, c, planes, triangle);
    }

    /** Starts a silhouette that covers nothing yet. */
    void beginSilhouette() {
        if (stamp.length == 0) {
            stamp = new int[samples.columns * samples.rows];
        }
        stamps++;
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
            if (triangle == Samples.NOTHING) {
                covered += stamp(j * columns + from, j * columns + to);
            } else if (from < to) {
                samples.draw(j, from, to, planes, triangle);
            }
        }
        return covered;
    }

    private int stamp(int from, int to) {
        int covered = 0;
        for (int i = from; i < to; i++) {
            if (stamp[i] != stamps) {
                stamp[i] = stamps;
                covered++;
            }
        }
        return covered;
    }
}
