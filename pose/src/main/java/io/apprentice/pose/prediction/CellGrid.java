package io.apprentice.pose.prediction;

/**
 * The cells of a network's pyramid over one crop, in raster order within a level, with levels from fine to coarse.
 * Level l has stride {@code 8 * 2^l} and anchors of {@code 4 * stride}; cell (i, j) has its centre at
 * {@code stride * (i + 1/2, j + 1/2)}.
 */
public final class CellGrid {

    private static final int FINEST_STRIDE = 8;
    private static final int ANCHOR_OVER_STRIDE = 4;

    private final int width;
    private final int height;
    private final int[] levelStarts;
    private final int[] columns;

    private CellGrid(int width, int height, int levels) {
        this.width = width;
        this.height = height;
        levelStarts = new int[levels + 1];
        columns = new int[levels];
        for (int l = 0; l < levels; l++) {
            columns[l] = cellsAlong(width, l);
            levelStarts[l + 1] = levelStarts[l] + columns[l] * cellsAlong(height, l);
        }
    }

    private static int cellsAlong(int side, int level) {
        int stride = FINEST_STRIDE << level;
        return (side + stride - 1) / stride;
    }

    /** The grid over a crop of the given size, pixels. */
    public static CellGrid of(int width, int height, int levels) {
        if (width < FINEST_STRIDE || height < FINEST_STRIDE || levels < 1 || levels > 5) {
            throw new IllegalArgumentException("grid: expected sides of at least %d and 1 to 5 levels, got %dx%d and %d"
                    .formatted(FINEST_STRIDE, width, height, levels));
        }
        return new CellGrid(width, height, levels);
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
        return FINEST_STRIDE << level;
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
