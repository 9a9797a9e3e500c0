package io.apprentice.pose.loss;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.ProjectedBox;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.prediction.CellGrid;
import io.apprentice.pose.prediction.LevelShares;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The cells that a crop's object is learnt from, about ten, spread over the levels by the object's size.
 *
 * @param cells the chosen cells, fine to coarse
 * @param labels per cell of the grid: {@link #POSITIVE}, {@link #IGNORED} (on the object and not chosen, or on another
 *     known object) or {@link #BACKGROUND}
 * @see "maths/wdrnet-maths.md section 3"
 */
public record PositiveCells(int[] cells, byte[] labels) {

    /** Label: learnt as the object. */
    public static final byte POSITIVE = 1;
    /** Label: on the object, but not chosen, or on another known object. */
    public static final byte IGNORED = -1;
    /** Label: learnt as background. */
    public static final byte BACKGROUND = 0;

    /** In a mask: another object that the network knows, which is neither the crop's object nor background. */
    public static final byte OTHER = 2;

    /**
     * Chooses cells.
     *
     * @param mask crop pixels, row by row: 1 where the object is seen, 2 where another known object is, else 0
     * @param size apparent size of the object, crop pixels
     * @param random source of the choice among the candidates of a level
     */
    public static PositiveCells choose(CellGrid grid, byte[] mask, double size, RandomGenerator random) {
        int[] shares = LevelShares.of(grid, size, grid.levels());
        byte[] labels = new byte[grid.cells()];
        int[] chosen = new int[grid.cells()];
        int count = 0;
        int[] candidates = new int[grid.levelStart(1)];
        for (int level = 0; level < grid.levels(); level++) {
            int n = 0;
            for (int cell = grid.levelStart(level); cell < grid.levelStart(level + 1); cell++) {
                byte seen = mask[grid.pixel(cell)];
                if (seen != 0) {
                    labels[cell] = IGNORED;
                }
                if (seen != 0 && seen != OTHER) {
                    candidates[n++] = cell;
                }
            }
            int take = Math.min(shares[level], n);
            for (int i = 0; i < take; i++) {
                int j = i + random.nextInt(n - i);
                int cell = candidates[j];
                candidates[j] = candidates[i];
                labels[cell] = POSITIVE;
                chosen[count++] = cell;
            }
        }
        return new PositiveCells(Arrays.copyOf(chosen, count), labels);
    }

    /** The longer side of the box around the projected keypoints and one pixel, crop pixels. */
    public static double span(
            List<Vec3> keypoints, Se3 objectToCamera, CameraIntrinsics frameIntrinsics, Affine2 frameToCrop) {
        double[] pixels = new double[2 * keypoints.size()];
        for (int i = 0; i < keypoints.size(); i++) {
            Vec3 point = objectToCamera.transform(keypoints.get(i));
            double x = frameIntrinsics.projectX(point);
            double y = frameIntrinsics.projectY(point);
            pixels[2 * i] = frameToCrop.u(x, y);
            pixels[2 * i + 1] = frameToCrop.v(x, y);
        }
        return ProjectedBox.around(pixels).longerSide() + 1;
    }

    /**
     * The same without a pose: the longer side of the box around the visible part.
     *
     * @param mask size x size bytes, 1 where the crop shows the object, else 0; without other objects
     * @return crop pixels; 1 if the object is not visible
     */
    public static double span(byte[] mask) {
        int size = (int) Math.round(Math.sqrt(mask.length));
        int lowX = size;
        int highX = 0;
        int lowY = size;
        int highY = 0;
        for (int i = 0; i < mask.length; i++) {
            if (mask[i] != 0) {
                lowX = Math.min(lowX, i % size);
                highX = Math.max(highX, i % size);
                lowY = Math.min(lowY, i / size);
                highY = Math.max(highY, i / size);
            }
        }
        return Math.max(0, Math.max(highX - lowX, highY - lowY)) + 1;
    }
}
