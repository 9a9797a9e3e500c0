package io.apprentice.pose.prediction;

/** Votes for eight keypoints: x of all, then y, in anchors. */
record VoteHead(int levels) implements LocalHead {

    @Override
    public int codeBits() {
        return 0;
    }

    @Override
    public int numbers() {
        return 16;
    }

    @Override
    public KeypointVotes none() {
        return KeypointVotes.none();
    }

    @Override
    public CellGrid grid(int width, int height) {
        return CellGrid.of(width, height, levels);
    }

    @Override
    public KeypointVotes select(
            CellGrid grid, float[] logits, int logitsAt, float[] values, int classes, int classIndex) {
        return CellSelection.select(grid, logits, logitsAt, values, logitsAt * numbers(), classes, classIndex);
    }
}
