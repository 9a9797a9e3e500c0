package io.apprentice.pose.prediction;

/** Codes of surface points: a logit for each bit. */
record CodeHead(int bits) implements LocalHead {

    /** A cell is ignored unless it shows the object with at least this probability. */
    private static final double THRESHOLD = 0.5;

    @Override
    public int codeBits() {
        return bits;
    }

    @Override
    public int numbers() {
        return bits;
    }

    @Override
    public SurfaceCodes none() {
        return new SurfaceCodes(bits, new float[0], new float[0], new float[0]);
    }

    @Override
    public CellGrid grid(int width, int height) {
        return CellGrid.dense(width, height);
    }

    /** In raster order; if more cells than {@link SurfaceCodes#MOST_CELLS} see the object, as many, evenly spread. */
    @Override
    public SurfaceCodes select(
            CellGrid grid, float[] logits, int logitsAt, float[] values, int classes, int classIndex) {
        int[] seen = new int[grid.cells()];
        int count = 0;
        for (int cell = 0; cell < grid.cells(); cell++) {
            if (logits[logitsAt + cell * classes + classIndex] >= Math.log(THRESHOLD / (1 - THRESHOLD))) {
                seen[count++] = cell;
            }
        }
        int n = Math.min(count, SurfaceCodes.MOST_CELLS);
        float[] scores = new float[n];
        float[] positions = new float[2 * n];
        float[] probabilities = new float[n * bits];
        for (int i = 0; i < n; i++) {
            int cell = seen[(int) ((long) i * count / n)];
            int at = logitsAt + cell * classes + classIndex;
            scores[i] = sigmoid(logits[at]);
            positions[2 * i] = (float) grid.centreX(cell);
            positions[2 * i + 1] = (float) grid.centreY(cell);
            for (int bit = 0; bit < bits; bit++) {
                probabilities[i * bits + bit] = sigmoid(values[at * bits + bit]);
            }
        }
        return new SurfaceCodes(bits, scores, positions, probabilities);
    }

    private static float sigmoid(float logit) {
        return (float) (1 / (1 + Math.exp(-logit)));
    }
}
