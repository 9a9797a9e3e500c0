package io.apprentice.pose.loss;

/** Cross-entropy of the surface patch that a cell shows, averaged over the cells that show one. */
public final class PatchLoss {

    private PatchLoss() {}

    /**
     * The loss of one crop; its gradient times {@code weight} is added to {@code gradient}.
     *
     * @param logits {@code [labels.length][patches]} from {@code at}
     * @param labels patch per cell, or -1 if the cell has no effect
     * @param gradient same layout and offset as {@code logits}; added to
     */
    public static double addTo(float[] logits, int at, int patches, int[] labels, double weight, float[] gradient) {
        int seen = 0;
        for (int label : labels) {
            seen += label >= 0 ? 1 : 0;
        }
        double loss = 0;
        double[] exponentials = new double[patches];
        for (int cell = 0; cell < labels.length; cell++) {
            if (labels[cell] < 0) {
                continue;
            }
            int start = at + cell * patches;
            double highest = Double.NEGATIVE_INFINITY;
            for (int p = 0; p < patches; p++) {
                highest = Math.max(highest, logits[start + p]);
            }
            double sum = 0;
            for (int p = 0; p < patches; p++) {
                exponentials[p] = Math.exp(logits[start + p] - highest);
                sum += exponentials[p];
            }
            loss += (Math.log(sum) + highest - logits[start + labels[cell]]) / seen;
            for (int p = 0; p < patches; p++) {
                double target = p == labels[cell] ? 1 : 0;
                gradient[start + p] += (float) (weight * (exponentials[p] / sum - target) / seen);
            }
        }
        return loss;
    }
}
