package io.apprentice.learning.online;

import io.apprentice.learning.step.Checks;
import io.apprentice.scene.CropSettings;

/**
 * Rendered crops beside those of the labels, so that a network that was fitted on such crops does not forget the views
 * that the labels do not show.
 *
 * @param share of each batch that is rendered, 0 (none) to 0.9
 * @param crops how they vary, as in the fit
 */
public record Rehearsal(double share, CropSettings crops) {

    /** Nothing but labels. */
    public static final Rehearsal NONE = new Rehearsal(0, CropSettings.DEFAULT);

    /**
     * Checks.
     *
     * @throws IllegalArgumentException naming the component that is out of range
     */
    public Rehearsal {
        Checks.require(share >= 0 && share <= 0.9, "share", share, "0 to 0.9");
    }

    /** Number of rendered crops in a batch; at least one crop is left for the label. */
    int of(int batchSize) {
        return Math.min(batchSize - 1, (int) Math.round(share * batchSize));
    }
}
