package io.apprentice.pose.prediction;

import io.apprentice.pose.code.SurfaceCodebook;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.ObjectModel;

/**
 * Local predictions of a dense network: n cells, each with the code of the surface point at its centre.
 *
 * @param bits of a code
 * @param scores probability per cell that it shows the object, 0 to 1, length n; not copied
 * @param points cell centres, x y each; pixels of an image that the owner defines; not copied
 * @param codes probability of each bit to be 1, cell by cell, length n * bits; not copied
 */
public record SurfaceCodes(int bits, float[] scores, float[] points, float[] codes) implements LocalPredictions {

    /** Cells that are selected at most: a label of them has less than 16 kB. */
    public static final int MOST_CELLS = 512;

    /** A bit is sure if its probability is this far from a half. */
    private static final double SURE = 0.1;
    /** Bits that must be sure, so that the part of the surface is small beside the object: a sixteenth of its area. */
    private static final int LEAST_SURE_BITS = 4;
    /** What a network errs by even with all bits sure, diameters; parts of this size count half. */
    private static final double NOISE = 0.03;

    private static final int OFFICIAL_CELLS = 10;
    /** Fewer cells than this cannot support a pose as much as ten cells with votes. */
    private static final int FEW_CELLS = 40;

    /**
     * Checks lengths.
     *
     * @throws IllegalArgumentException naming both sides if they disagree
     */
    public SurfaceCodes {
        int n = scores.length;
        if (points.length != 2 * n || codes.length != n * bits) {
            throw new IllegalArgumentException("codes: expected %d cells x 2 points and x %d bits, got %d and %d"
                    .formatted(n, bits, points.length, codes.length));
        }
    }

    @Override
    public SurfaceCodes withPoints(float[] other) {
        return new SurfaceCodes(bits, scores, other, codes);
    }

    @Override
    public double[] outline() {
        double[] outline = new double[points.length];
        for (int i = 0; i < outline.length; i++) {
            outline[i] = points[i];
        }
        return outline;
    }

    /**
     * A cell's bits are taken one after the other as long as they are sure, and name a part of the surface; its centre is seen at
     * the cell's. A correspondence counts by the cell's score and by how small the part is; together they count what the scores do.
     */
    @Override
    public Correspondences correspondences(ObjectModel object) {
        SurfaceCodebook codebook = SurfaceCodebook.of(object.mesh(), bits);
        int[] parts = new int[size()];
        int count = 0;
        for (int i = 0; i < size(); i++) {
            parts[i] = part(i);
            count += parts[i] > 0 ? 1 : 0;
        }
        double[] seen = new double[3 * count];
        double[] pixels = new double[2 * count];
        double[] weights = new double[count];
        double sumOfScores = 0;
        double sumOfWeights = 0;
        int to = 0;
        for (int i = 0; i < parts.length; i++) {
            if (parts[i] > 0) {
                Vec3 centre = codebook.centre(parts[i]);
                seen[3 * to] = centre.x();
                seen[3 * to + 1] = centre.y();
                seen[3 * to + 2] = centre.z();
                pixels[2 * to] = points[2 * i];
                pixels[2 * to + 1] = points[2 * i + 1];
                double size = codebook.spread(parts[i]) / (NOISE * object.diameter());
                weights[to] = scores[i] / (1 + size * size);
                sumOfScores += scores[i];
                sumOfWeights += weights[to++];
            }
        }
        for (int i = 0; i < count; i++) {
            weights[i] *= sumOfScores / sumOfWeights;
        }
        return new Correspondences(seen, pixels, weights, Math.max(FEW_CELLS, size()) / (double) OFFICIAL_CELLS);
    }

    /** The part that a cell's sure bits name; 0 if too few are sure. */
    private int part(int cell) {
        int part = 1;
        for (int bit = 0; bit < bits; bit++) {
            double p = codes[cell * bits + bit];
            if (Math.abs(p - 0.5) < SURE) {
                return bit < LEAST_SURE_BITS ? 0 : part;
            }
            part = 2 * part + (p > 0.5 ? 1 : 0);
        }
        return part;
    }
}
