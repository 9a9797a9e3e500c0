package io.apprentice.scene.render;

import java.util.Arrays;

/**
 * The picture while it is drawn: 2 x 2 samples per pixel, each with its nearest triangle and that triangle's inverse depth.
 * Arrays are row-major and belong to the stages of the renderer, which read and write them directly.
 */
final class Samples {
    /** In place of a triangle where nothing was drawn. */
    static final int NOTHING = -1;

    final int width;
    final int height;
    /** Samples in a row, two per pixel. */
    final int columns;
    /** Rows of samples, two per pixel. */
    final int rows;
    /** One over the depth in metres; 0 where nothing was drawn. */
    final float[] inverseDepth;
    /** The nearest triangle, or {@link #NOTHING}. */
    final int[] visible;

    /** An empty picture of a size in pixels. */
    Samples(int width, int height) {
        this.width = width;
        this.height = height;
        columns = 2 * width;
        rows = 2 * height;
        inverseDepth = new float[columns * rows];
        visible = new int[columns * rows];
    }

    void clear() {
        Arrays.fill(inverseDepth, 0);
        Arrays.fill(visible, NOTHING);
    }

    /** Index of a pixel's sample: 0 and 1 in its upper row, 2 and 3 in its lower one. */
    int index(int px, int py, int sample) {
        return (2 * py + (sample >> 1)) * columns + 2 * px + (sample & 1);
    }
}
