package io.apprentice.pose.loss;

/**
 * Focal loss of the cells' class probabilities, summed over cells and classes.
 *
 * <pre>p = clamp(sigmoid(z), 1e-4, 1 - 1e-4);  positive: -0.25 (1-p)^2 ln p;  else: -0.75 p^2 ln(1-p)</pre>
 *
 * @see "maths/wdrnet-maths.md section 4"
 */
public final class FocalLoss {

    private static final double ALPHA = 0.25;
    private static final double LIMIT = 1e-4;

    private FocalLoss() {}

    /**
     * The loss of one crop; its gradient times {@code weight} is added to {@code gradient}.
     *
     * @param logits {@code [cells][classes]} from {@code at}
     * @param labels per cell, as in {@link PositiveCells}; ignored cells have no effect
     * @param classIndex the class of the positive cells
     * @param gradient same layout and offset as {@code logits}; added to
     */
    public static double addTo(
            float[] logits, int at, int classes, byte[] labels, int classIndex, double weight, float[] gradient) {
        double[] z = new double[labels.length * classes];
        for (int i = 0; i < z.length; i++) {
            z[i] = logits[at + i];
        }
        double[] byLogits = new double[z.length];
        double loss = of(z, classes, labels, classIndex, byLogits);
        for (int i = 0; i < z.length; i++) {
            gradient[at + i] += (float) (weight * byLogits[i]);
        }
        return loss;
    }

    /** The loss of one crop; {@code gradient} is overwritten where cells are not ignored. */
    static double of(double[] logits, int classes, byte[] labels, int classIndex, double[] gradient) {
        double loss = 0;
        for (int cell = 0; cell < labels.length; cell++) {
            if (labels[cell] == PositiveCells.IGNORED) {
                continue;
            }
            for (int c = 0; c < classes; c++) {
                int i = cell * classes + c;
                double sigmoid = 1 / (1 + Math.exp(-logits[i]));
                double p = Math.min(Math.max(sigmoid, LIMIT), 1 - LIMIT);
                double q = 1 - p;
                // like PyTorch's clamp: no gradient beyond the limits
                double slope = p == sigmoid ? p * q : 0;
                if (labels[cell] == PositiveCells.POSITIVE && c == classIndex) {
                    double lnP = Math.log(p);
                    loss -= ALPHA * q * q * lnP;
                    gradient[i] = slope * ALPHA * (2 * q * lnP - q * q / p);
                } else {
                    double lnQ = Math.log1p(-p);
                    loss -= (1 - ALPHA) * p * p * lnQ;
                    gradient[i] = slope * (1 - ALPHA) * (p * p / q - 2 * p * lnQ);
                }
            }
        }
        return loss;
    }
}
