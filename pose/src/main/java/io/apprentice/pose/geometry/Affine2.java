package io.apprentice.pose.geometry;

/**
 * Affine map of the image plane, as in {@code frameToCrop}: {@code u = a x + b y + c}, {@code v = d x + e y + f};
 * pixels.
 */
public record Affine2(double a, double b, double c, double d, double e, double f) {

    /** The identity. */
    public static final Affine2 IDENTITY = new Affine2(1, 0, 0, 0, 1, 0);

    /**
     * The map from a frame to a square crop of it: {@code u = size/side * (x - centreX) + size/2}.
     *
     * @param centreX centre of the crop, frame pixels
     * @param centreY centre of the crop, frame pixels
     * @param side side of the square in the frame, frame pixels, above 0
     * @param size side of the crop, crop pixels, above 0
     * @see "Official WDRNet, DZI crop; maths/wdrnet-maths.md section 6"
     */
    public static Affine2 squareCrop(double centreX, double centreY, double side, int size) {
        if (!(side > 0) || size <= 0) {
            throw new IllegalArgumentException("crop: expected side and size above 0, got " + side + " and " + size);
        }
        double s = size / side;
        return new Affine2(s, 0, size / 2.0 - s * centreX, 0, s, size / 2.0 - s * centreY);
    }

    /** First output coordinate. */
    public double u(double x, double y) {
        return a * x + b * y + c;
    }

    /** Second output coordinate. */
    public double v(double x, double y) {
        return d * x + e * y + f;
    }

    /** Maps points x1 y1 x2 y2 .... */
    public float[] points(float[] points) {
        float[] mapped = new float[points.length];
        for (int i = 0; i < points.length; i += 2) {
            mapped[i] = (float) u(points[i], points[i + 1]);
            mapped[i + 1] = (float) v(points[i], points[i + 1]);
        }
        return mapped;
    }

    /**
     * The inverse map.
     *
     * @throws ArithmeticException if the map flattens the plane
     */
    public Affine2 inverse() {
        double det = a * e - b * d;
        if (det == 0 || !Double.isFinite(det)) {
            throw new ArithmeticException("no inverse: " + this);
        }
        double ia = e / det;
        double ib = -b / det;
        double id = -d / det;
        double ie = a / det;
        return new Affine2(ia, ib, -(ia * c + ib * f), id, ie, -(id * c + ie * f));
    }
}
