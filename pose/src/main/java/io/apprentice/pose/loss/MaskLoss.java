package io.apprentice.pose.loss;

/**
 * Binary cross-entropy of a dense network's mask: the mean over the cells that count, summed over classes. The published method
 * takes the mean absolute error of the probabilities instead, whose gradient vanishes where the network is surely wrong.
 *
 * <pre>mean of  ln(1 + e^z) - y z</pre>
 */
public final class MaskLoss {

    private MaskLoss() {}

    /**
     * The loss of one crop; its gradient times {@code weight} is added to {@code gradient}.
     *
     * @param logits {@code [labels.length][classes]} from {@code at}
     * @param labels per cell: {@link PositiveCells#POSITIVE}, {@link PositiveCells#BACKGROUND}, or {@link PositiveCells#IGNORED}
     *     for another object: it is not the crop's, and has no effect for the other classes
     * @param classIndex the class of the crop's object
     * @param gradient same layout and offset as {@code logits}; added to
     */
    public static double addTo(
            float[] logits, int at, int classes, byte[] labels, int classIndex, double weight, float[] gradient) {
        double loss = 0;
        for (int c = 0; c < classes; c++) {
            int counted = 0;
            for (byte label : labels) {
                counted += label != PositiveCells.IGNORED || c == classIndex ? 1 : 0;
            }
            for (int cell = 0; cell < labels.length; cell++) {
                if (labels[cell] == PositiveCells.IGNORED && c != classIndex) {
                    continue;
                }
                int i = at + cell * classes + c;
                double target = labels[cell] == PositiveCells.POSITIVE && c == classIndex ? 1 : 0;
                loss += CodeLoss.crossEntropy(logits[i], target) / counted;
                gradient[i] += (float) (weight * (CodeLoss.sigmoid(logits[i]) - target) / counted);
            }
        }
        return loss;
    }
}
