package io.apprentice.pose.loss;

import io.apprentice.pose.prediction.CellGrid;

/**
 * The baseline "feature distillation" (FKD): the student's feature pyramid is pulled to the teacher's pyramid on the
 * same crop. Each level first passes a 1x1 convolution, which is trained with the student and dropped afterwards.
 *
 * <pre>L = mean over levels l of  sum_cells |A_l s_l - t_l|^2 / sum_cells |t_l|^2</pre>
 *
 * over the levels that both have: 1 for a student whose features are zero, 0 for one whose features determine the
 * teacher's linearly. Deviations from Zhang and Ma: every cell counts the same, there are no attention maps and no
 * non-local relations, and squared errors are relative to the teacher's energy, so that one weight fits any teacher.
 *
 * @see "Zhang and Ma, Improve Object Detection with Feature-based Knowledge Distillation, ICLR 2021; Romero et al., FitNets,
 *     arXiv:1412.6550"
 */
public final class FeatureLoss {

    private FeatureLoss() {}

    /**
     * The loss of one crop; its gradient times {@code weight} is added to {@code gradient}.
     *
     * @param grid the student's cells
     * @param features the student's adapted features, {@code [cells][channels]} from {@code at}
     * @param teacher the teacher's features, {@code [cells of its levels][channels]}; a multiple of whole levels
     * @param gradient same layout and offset as {@code features}; added to
     * @throws IllegalArgumentException if the teacher's features are not whole levels of the same cells and channels
     */
    public static double addTo(
            CellGrid grid, int channels, float[] features, int at, float[] teacher, double weight, float[] gradient) {
        int levels = 0;
        while (levels < grid.levels() && grid.levelStart(levels + 1) * channels <= teacher.length) {
            levels++;
        }
        if (levels == 0 || (levels < grid.levels() && grid.levelStart(levels) * channels != teacher.length)) {
            throw new IllegalArgumentException(
                    "teacher features: expected whole levels of %d channels on %d cells, got %d"
                            .formatted(channels, grid.cells(), teacher.length));
        }
        double loss = 0;
        for (int level = 0; level < levels; level++) {
            int from = grid.levelStart(level) * channels;
            int to = grid.levelStart(level + 1) * channels;
            double energy = 0;
            double error = 0;
            for (int i = from; i < to; i++) {
                double difference = (double) features[at + i] - teacher[i];
                energy += (double) teacher[i] * teacher[i];
                error += difference * difference;
            }
            if (energy > 0) {
                loss += error / energy / levels;
                double scale = 2 * weight / (energy * levels);
                for (int i = from; i < to; i++) {
                    gradient[at + i] += (float) (scale * ((double) features[at + i] - teacher[i]));
                }
            }
        }
        return loss;
    }
}
