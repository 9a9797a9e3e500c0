package io.apprentice.pose.loss;

import java.util.Arrays;

/**
 * How often each bit of the codes was wrong lately: an exponential average over the batches. From it follows how much a bit counts
 * in the loss: most where it is about to be learnt, less where it is known or still unpredictable.
 *
 * <pre>h = 0.95 h + 0.05 (wrong / seen) per batch, the first batch's share at first;  w = exp(3 min(h, 0.51 - h))</pre>
 *
 * @see "Su et al., ZebraPose, CVPR 2022, arXiv:2203.09418, and its published code for the constants"
 */
public final class BitErrors {

    private static final double NEWEST = 0.05;
    private static final double SHARPNESS = 3;
    private static final double UNPREDICTABLE = 0.51;

    private final float[] shares;
    private final int[] wrong;
    private final int[] seen;

    /** Nothing is known yet of so many bits. */
    public BitErrors(int bits) {
        shares = new float[bits];
        Arrays.fill(shares, Float.NaN);
        wrong = new int[bits];
        seen = new int[bits];
    }

    void count(int bit, boolean isWrong) {
        seen[bit]++;
        wrong[bit] += isWrong ? 1 : 0;
    }

    /** Takes what was counted since the last call into the average, or forgets it. */
    public void endBatch(boolean counts) {
        for (int bit = 0; bit < shares.length; bit++) {
            if (counts && seen[bit] > 0) {
                float share = (float) wrong[bit] / seen[bit];
                shares[bit] = Float.isNaN(shares[bit]) ? share : (float) ((1 - NEWEST) * shares[bit] + NEWEST * share);
            }
            seen[bit] = 0;
            wrong[bit] = 0;
        }
    }

    /** How much each bit counts; all the same as long as nothing is known. */
    public double[] weights() {
        double[] weights = new double[shares.length];
        for (int bit = 0; bit < weights.length; bit++) {
            double h = Float.isNaN(shares[bit]) ? 0 : shares[bit];
            weights[bit] = Math.exp(SHARPNESS * Math.min(h, UNPREDICTABLE - h));
        }
        return weights;
    }

    /** The averages, by bit; not a number where nothing is known. Part of a training's state: what is written here counts. */
    public float[] shares() {
        return shares;
    }
}
