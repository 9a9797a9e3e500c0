package io.apprentice.pose.metrics;

/** How little two regions of an image overlap: 1 - intersection over union. */
public final class Overlap {

    private Overlap() {}

    /**
     * A box, pixels.
     *
     * @param x left
     * @param y top
     */
    public record Box(double x, double y, double width, double height) {}

    /** The complement of the overlap of two boxes; 1 if they do not overlap. */
    public static double complement(Box a, Box b) {
        double width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
        double height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
        if (!(width > 0 && height > 0)) {
            return 1;
        }
        double both = width * height;
        return 1 - both / (a.width * a.height + b.width * b.height - both);
    }

    /**
     * The complement of the overlap of two masks; 1 if both are empty.
     *
     * @param a whether a pixel is in the region, row by row; {@code b} of the same image
     * @throws IllegalArgumentException if the masks are of different sizes
     */
    public static double complement(boolean[] a, boolean[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException(
                    "masks: expected two of one size, got %d and %d pixels".formatted(a.length, b.length));
        }
        int both = 0;
        int either = 0;
        for (int i = 0; i < a.length; i++) {
            both += a[i] && b[i] ? 1 : 0;
            either += a[i] || b[i] ? 1 : 0;
        }
        return either == 0 ? 1 : 1 - both / (double) either;
    }
}
