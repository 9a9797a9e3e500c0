package io.apprentice.pose.prediction;

import java.util.Arrays;

/** How many cells of each level represent an object of a given size. */
public final class LevelShares {

    private static final int CELLS_PER_OBJECT = 10;
    private static final double LAMBDA = 1;

    private LevelShares() {}

    /**
     * The number of cells per level.
     *
     * <pre>n_l = floor(10 w_l / sum w + 1/2),  w_l = exp(-log2(size / anchor_l)^2)</pre>
     *
     * @param size apparent size of the object, crop pixels, above 0
     * @param normalisingLevels levels that the sum runs over: the grid's in training, always five in the official
     *     post-processing
     * @see "maths/wdrnet-maths.md sections 3 and 5.3"
     */
    public static int[] of(CellGrid grid, double size, int normalisingLevels) {
        double[] fractions = fractions(grid, size, normalisingLevels);
        return Arrays.stream(fractions, 0, grid.levels())
                .mapToInt(share -> (int) Math.floor(share + 0.5))
                .toArray();
    }

    /** The same numbers before rounding; zeros if all weights are 0. */
    public static double[] fractions(CellGrid grid, double size, int normalisingLevels) {
        double[] shares = new double[Math.max(grid.levels(), normalisingLevels)];
        double sum = 0;
        for (int l = 0; l < shares.length; l++) {
            double d = Math.log(size / grid.anchorOfLevel(l)) / Math.log(2);
            shares[l] = Math.exp(-LAMBDA * d * d);
            if (l < normalisingLevels) {
                sum += shares[l];
            }
        }
        for (int l = 0; l < shares.length; l++) {
            shares[l] = sum > 0 ? CELLS_PER_OBJECT * shares[l] / sum : 0;
        }
        return shares;
    }
}
