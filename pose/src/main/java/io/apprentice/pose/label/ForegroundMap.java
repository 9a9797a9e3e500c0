package io.apprentice.pose.label;

/**
 * Coarse map of the probability that a square crop shows the object; it covers the whole crop.
 *
 * @param width columns, at least 1
 * @param height rows, at least 1
 * @param probabilities row by row, 0 to 1, length {@code width * height}; not copied
 */
public record ForegroundMap(int width, int height, float[] probabilities) {

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if the sizes disagree
     */
    public ForegroundMap {
        if (width < 1 || height < 1 || probabilities.length != (long) width * height) {
            throw new IllegalArgumentException(
                    "foreground map: expected %d x %d values, got %d".formatted(width, height, probabilities.length));
        }
    }

    public float highest() {
        float highest = 0;
        for (float p : probabilities) {
            highest = Math.max(highest, p);
        }
        return highest;
    }

    /** The probability of the cell at a point of the crop; 0 outside the crop. */
    public float at(double u, double v, int cropSize) {
        int column = (int) Math.floor((u + 0.5) * width / cropSize);
        int row = (int) Math.floor((v + 0.5) * height / cropSize);
        boolean inside = column >= 0 && row >= 0 && column < width && row < height;
        return inside ? probabilities[row * width + column] : 0;
    }
}
