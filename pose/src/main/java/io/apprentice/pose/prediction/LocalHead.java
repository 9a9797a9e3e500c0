package io.apprentice.pose.prediction;

/** What each cell of a network says about an object, beside whether it shows it: votes or a code. */
public sealed interface LocalHead permits VoteHead, CodeHead {

    /** Cells that vote for the image positions of eight keypoints, on a pyramid of so many levels. */
    static LocalHead votes(int levels) {
        return new VoteHead(levels);
    }

    /** Cells that give the code of the surface point that they show, of so many bits. */
    static LocalHead codes(int bits) {
        return new CodeHead(bits);
    }

    /** Bits of a code; 0 for votes. */
    int codeBits();

    /** Numbers that a cell gives for each class. */
    int numbers();

    /** Predictions without cells. */
    LocalPredictions none();

    /** The cells over a crop, pixels. */
    CellGrid grid(int width, int height);

    /**
     * Reads the outputs for one object in one crop.
     *
     * @param grid the cells
     * @param logits {@code [cells][classes]} from {@code logitsAt}
     * @param values {@code [cells][classes * numbers]} from {@code logitsAt * numbers}
     * @return the predictions of some of the cells, in crop pixels; none if no cell sees the object
     */
    LocalPredictions select(CellGrid grid, float[] logits, int logitsAt, float[] values, int classes, int classIndex);
}
