package io.apprentice.learning.step;

import io.apprentice.pose.alignment.Alignment;
import io.apprentice.pose.alignment.Predictions;
import io.apprentice.pose.network.TrainableWdrNet.Outputs;
import io.apprentice.pose.prediction.CellGrid;
import java.util.Optional;
import java.util.SplittableRandom;

/** The losses of one kind of local predictions, votes or codes. */
sealed interface LocalLosses permits VoteLosses, CodeLosses {

    /**
     * What one crop came to; the losses are weighted.
     *
     * @param segmentation whether cells see the object
     * @param regression what they say of it
     * @param aligned what may be aligned with a teacher's predictions; empty if the sample has none
     */
    record Learnt(double segmentation, double regression, Optional<Aligned> aligned) {}

    /** Predictions of some cells beside the teacher's. */
    interface Aligned {

        Predictions predictions();

        /** Adds an alignment's gradient, times {@code weight}, with respect to the outputs. */
        void addGradient(Alignment.Result result, double weight, Outputs gradient);
    }

    /**
     * A crop in a batch.
     *
     * @param item its number in the batch
     * @param outputs of the batch
     * @param gradient what is added to
     * @param random source of the choice of cells
     */
    record Item(TrainingSample sample, int item, Outputs outputs, Outputs gradient, SplittableRandom random) {}

    /** The cells of a crop. */
    CellGrid grid();

    /** Adds the gradient of all losses of a crop but the alignment. */
    Learnt add(Item crop);

    /** Called after each step; whether the weights took it. */
    void endStep(boolean applied);

    /** What is remembered from batch to batch, to be read and written. */
    float[] memory();
}
