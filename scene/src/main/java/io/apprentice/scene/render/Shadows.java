package io.apprentice.scene.render;

import java.util.Arrays;

/** The share of the lamp's light that reaches the places of a flat mesh: a square grid over its texture coordinates. */
public final class Shadows {
    /** All of the light, everywhere. */
    public static final Shadows NONE = new Shadows(2, 1);

    private final int side;
    private final float scale;
    private final float[] reach;

    /**
     * A grid without shadows.
     *
     * @param side points in a row and in a column, at least 2
     * @param extent texture coordinates of the first and last row and column are minus this and this
     */
    public Shadows(int side, float extent) {
        if (side < 2 || !(extent > 0)) {
            throw new IllegalArgumentException(
                    "shadows: expected a side from 2 and an extent above 0, got " + side + " and " + extent);
        }
        this.side = side;
        scale = 0.5f * (side - 1) / extent;
        reach = new float[side * side];
        Arrays.fill(reach, 1);
    }

    /** Points in a row and in a column. */
    public int side() {
        return side;
    }

    /** Sets the share of the light at a point, 0 to 1. */
    public void set(int column, int row, float share) {
        reach[row * side + column] = share;
    }

    /** The share between the four points around a place; outside the grid that of its border. */
    float reach(float u, float v) {
        float x = place(u);
        float y = place(v);
        int column = Math.min((int) x, side - 2);
        int row = Math.min((int) y, side - 2);
        int i = row * side + column;
        float top = reach[i] + (reach[i + 1] - reach[i]) * (x - column);
        float bottom = reach[i + side] + (reach[i + side + 1] - reach[i + side]) * (x - column);
        return top + (bottom - top) * (y - row);
    }

    private float place(float coordinate) {
        return Math.max(0, Math.min(side - 1, coordinate * scale + 0.5f * (side - 1)));
    }
}
