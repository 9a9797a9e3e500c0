package io.apprentice.scene.refine;

/** How much a picture looks like a rendering, whatever the light: zero-mean normalised cross-correlation of blocks. */
final class Likeness {

    private static final int BLOCK = 24;
    /** Variance of grey, on the scale 0 to 255, below which a block of the rendering has no texture to compare. */
    private static final double FLAT = 64;
    /** Variance of grey that noise alone has. */
    private static final double NOISE = 4;

    private Likeness() {}

    /**
     * Mean correlation over the blocks that have texture and at least half of whose pixels are inside the silhouette.
     *
     * @param drawn size x size pixels, RGB
     * @param mask size x size, 1 inside the silhouette
     * @param seen as {@code drawn}
     * @return 0 to 1, negative correlations counted as 0; 0 without any texture
     */
    static double of(byte[] drawn, byte[] mask, byte[] seen, int size) {
        int blocks = 0;
        double sum = 0;
        for (int y = 0; y + BLOCK <= size; y += BLOCK) {
            for (int x = 0; x + BLOCK <= size; x += BLOCK) {
                double correlation = correlation(drawn, mask, seen, size, x, y);
                if (!Double.isNaN(correlation)) {
                    blocks++;
                    sum += Math.max(0, correlation);
                }
            }
        }
        return blocks == 0 ? 0 : sum / blocks;
    }

    /** Correlation of one block; not a number if it has no texture or is mostly outside the silhouette. */
    private static double correlation(byte[] drawn, byte[] mask, byte[] seen, int size, int left, int top) {
        int n = 0;
        double p = 0;
        double q = 0;
        double pp = 0;
        double qq = 0;
        double pq = 0;
        for (int y = top; y < top + BLOCK; y++) {
            for (int i = y * size + left; i < y * size + left + BLOCK; i++) {
                if (mask[i] != 0) {
                    double a = grey(drawn, i);
                    double b = grey(seen, i);
                    n++;
                    p += a;
                    q += b;
                    pp += a * a;
                    qq += b * b;
                    pq += a * b;
                }
            }
        }
        double drawnVariance = pp / n - p * p / n / n;
        if (2 * n < BLOCK * BLOCK || drawnVariance < FLAT) {
            return Double.NaN;
        }
        double seenVariance = Math.max(NOISE, qq / n - q * q / n / n);
        return (pq / n - p * q / n / n) / Math.sqrt(drawnVariance * seenVariance);
    }

    private static double grey(byte[] rgb, int pixel) {
        int i = 3 * pixel;
        return 0.299 * (rgb[i] & 255) + 0.587 * (rgb[i + 1] & 255) + 0.114 * (rgb[i + 2] & 255);
    }
}
