package io.apprentice.pose.image;

/** A picture in memory: 8 bits per channel, red, green, blue interleaved, rows from the top, no padding. */
public final class RgbImage {
    private final int width;
    private final int height;
    private final byte[] rgb;

    /**
     * Wraps pixels.
     *
     * @param width pixels, at least 1
     * @param height pixels, at least 1
     * @param rgb {@code 3 * width * height} bytes, kept and not copied
     * @throws IllegalArgumentException if the sizes disagree
     */
    public RgbImage(int width, int height, byte[] rgb) {
        if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
            throw new IllegalArgumentException("image: expected %d bytes for %d x %d pixels, got %d"
                    .formatted(3L * width * height, width, height, rgb.length));
        }
        this.width = width;
        this.height = height;
        this.rgb = rgb;
    }

    /** A black image. */
    public static RgbImage black(int width, int height) {
        return new RgbImage(width, height, new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))]);
    }

    /** Width in pixels. */
    public int width() {
        return width;
    }

    /** Height in pixels. */
    public int height() {
        return height;
    }

    /** The pixels themselves: writing to them changes the picture. */
    public byte[] rgb() {
        return rgb;
    }
}
