package io.apprentice.pose.prediction;

/**
 * The cells of a network over one crop, in raster order within a level, with levels from fine to coarse. Level l has stride
 * {@code finest * 2^l} and anchors of {@code 4 * stride}; cell (i, j) has its centre at {@code stride * (i + 1/2, j + 1/2)}. The
 * finest stride is 8; that of a dense network, which has one level, is 4.
 */
public final class CellGrid {

    private static final int PYRAMID_STRIDE = 8;
    private static final int DENSE_STRIDE = 4;
    private static final int ANCHOR_OVER_STRIDE = 4;

    private final int width;
    private final int height;
    private final int finestStride;
    private final int[] levelStarts;
    private final int[] columns;

    private CellGrid(int width, int height, int levels, int finestStride) {
        if (width < finestStride || height < finestStride || levels < 1 || levels > 5) {
            throw new IllegalArgumentException("grid: expected sides of at least %d and 1 to 5 levels, got %dx%d and %d"
                    .formatted(finestStride, width, height, levels));
        }
        this.finestStride = finestStride;
        this.width = width;
        this.height = height;
        levelStarts = new int[levels + 1];
        columns = new int[levels];
        for (int l = 0; l < levels; l++) {
            columns[l] = cellsAlong(width, l);
            levelStarts[l + 1] = levelStarts[l] + columns[l] * cellsAlong(height, l);
        }
    }

    private int cellsAlong(int side, int level) {
        int stride = stride(level);
        return (side + stride - 1) / stride;
    }

    /** The grid of a pyramid over a crop of the given size, pixels. */
    public static CellGrid of(int width, int height, int levels) {
        return new CellGrid(width, height, levels, PYRAMID_STRIDE);
    }

    /** The grid of a dense network over a crop of the given size, pixels. */
    public static CellGrid dense(int width, int height) {
        return new CellGrid(width, height, 1, DENSE_STRIDE);
    }

    /** Width of the crop, pixels. */
    public int width() {
        return width;
    }

    /** Height of the crop, pixels. */
    public int height() {
        return height;
    }

    /** Number of levels. */
    public int levels() {
        return columns.length;
    }

    /** Number of cells of all levels. */
    public int cells() {
        return levelStarts[columns.length];
    }

    /** Index of a level's first cell; for {@code levels()}, the number of cells. */
    public int levelStart(int level) {
        return levelStarts[level];
    }

    /** Distance of a level's cell centres, crop pixels. */
    public int stride(int level) {
        return finestStride << level;
    }

    /** Side of a level's anchors, crop pixels. */
    public double anchorOfLevel(int level) {
        return (double) ANCHOR_OVER_STRIDE * stride(level);
    }

    /** The level of a cell. */
    public int level(int cell) {
        int level = 0;
        while (cell >= levelStarts[level + 1]) {
            level++;
        }
        return level;
    }

    /** Side of a cell's anchor, crop pixels. */
    public double anchor(int cell) {
        return anchorOfLevel(level(cell));
    }

    /** The pixel at the centre of a cell: its number in the crop, row by row. */
    public int pixel(int cell) {
        int row = Math.min((int) centreY(cell), height - 1);
        return row * width + Math.min((int) centreX(cell), width - 1);
    }

    /** Centre x of a cell, crop pixels. */
    public double centreX(int cell) {
        int level = level(cell);
        int column = (cell - levelStarts[level]) % columns[level];
        return stride(level) * (column + 0.5);
    }

    /** Centre y of a cell, crop pixels. */
    public double centreY(int cell) {
        int level = level(cell);
        int row = (cell - levelStarts[level]) / columns[level];
        return stride(level) * (row + 0.5);
    }
}
