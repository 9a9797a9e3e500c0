package io.apprentice.pose.loss;

/**
 * Binary cross-entropy of the bits of surface codes, averaged over the cells that show the object, then over the bits by their
 * weights ({@link BitErrors#weights}).
 *
 * @see "Su et al., ZebraPose, CVPR 2022, arXiv:2203.09418"
 */
public final class CodeLoss {

    private CodeLoss() {}

    /**
     * The loss of one crop; its gradient times {@code weight} is added to {@code gradient}.
     *
     * @param logits {@code [codes.length][stride]}; the object's bits begin at {@code at} of the first cell
     * @param stride distance from cell to cell
     * @param codes per cell, the first bit the highest; -1 if the cell has no effect
     * @param weights one per bit, at least 0, not all 0
     * @param errors counts the bits that are wrong; added to
     * @param gradient same layout and offset as {@code logits}; added to
     */
    public static double addTo(
            float[] logits,
            int at,
            int stride,
            int[] codes,
            double[] weights,
            BitErrors errors,
            double weight,
            float[] gradient) {
        int bits = weights.length;
        int seen = 0;
        double sum = 0;
        for (int code : codes) {
            seen += code >= 0 ? 1 : 0;
        }
        for (double w : weights) {
            sum += w;
        }
        double loss = 0;
        for (int cell = 0; cell < codes.length; cell++) {
            if (codes[cell] < 0) {
                continue;
            }
            for (int bit = 0; bit < bits; bit++) {
                int i = at + cell * stride + bit;
                int target = codes[cell] >> (bits - 1 - bit) & 1;
                double share = weights[bit] / (sum * seen);
                loss += share * crossEntropy(logits[i], target);
                gradient[i] += (float) (weight * share * (sigmoid(logits[i]) - target));
                errors.count(bit, logits[i] > 0 != (target == 1));
            }
        }
        return loss;
    }

    /** {@code ln(1 + e^z) - y z}, without overflow. */
    static double crossEntropy(double z, double y) {
        return Math.max(z, 0) - y * z + Math.log1p(Math.exp(-Math.abs(z)));
    }

    static double sigmoid(double z) {
        return 1 / (1 + Math.exp(-z));
    }
}
