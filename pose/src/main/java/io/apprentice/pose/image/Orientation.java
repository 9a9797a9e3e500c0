package io.apprentice.pose.image;

import java.util.Optional;

/**
 * How stored pixels are turned to the picture that people see.
 *
 * @param swapped whether stored rows become columns
 * @param flipX whether stored columns are read from the right
 * @param flipY whether stored rows are read from below
 */
public record Orientation(boolean swapped, boolean flipX, boolean flipY) {
    /** Stored as seen. */
    public static final Orientation UPRIGHT = new Orientation(false, false, false);

    /**
     * From the value of EXIF's orientation tag.
     *
     * @param value 1 to 8; any other is as 1
     */
    public static Orientation ofExif(int value) {
        return switch (value) {
            case 2 -> new Orientation(false, true, false);
            case 3 -> new Orientation(false, true, true);
            case 4 -> new Orientation(false, false, true);
            case 5 -> new Orientation(true, false, false);
            case 6 -> new Orientation(true, false, true);
            case 7 -> new Orientation(true, true, true);
            case 8 -> new Orientation(true, true, false);
            default -> UPRIGHT;
        };
    }

    /**
     * From the matrix that takes stored to seen pixels, x' = a x + c y and y' = b x + d y.
     *
     * @return empty unless it turns by right angles or mirrors; its scale does not count
     */
    public static Optional<Orientation> ofMatrix(int a, int b, int c, int d) {
        if (b == 0 && c == 0 && a != 0 && d != 0) {
            return Optional.of(new Orientation(false, a < 0, d < 0));
        }
        return a == 0 && d == 0 && b != 0 && c != 0
                ? Optional.of(new Orientation(true, b < 0, c < 0))
                : Optional.empty();
    }

    /** Whether nothing is to be done. */
    public boolean isUpright() {
        return equals(UPRIGHT);
    }

    /** What is done to the stored pixels, in words. */
    public String text() {
        boolean mirrored = swapped == (flipX == flipY);
        String angle = swapped ? (flipY ? "90°" : "270°") : flipY ? "180°" : "";
        return mirrored
                ? "mirrored" + (angle.isEmpty() ? "" : " and turned by " + angle)
                : isUpright() ? "as stored" : "turned by " + angle;
    }

    /**
     * Turns pixels.
     *
     * @param rgb interleaved RGB8 as stored, length {@code 3 * width * height}
     * @param width as stored
     * @param height as stored
     * @param target receives as many, {@code height} wide if sides are {@link #swapped}
     */
    public void turn(byte[] rgb, int width, int height, byte[] target) {
        int columns = swapped ? height : width;
        int rows = swapped ? width : height;
        for (int y = 0, out = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++, out += 3) {
                int fromX = swapped ? y : x;
                int fromY = swapped ? x : y;
                int in = 3 * ((flipY ? height - 1 - fromY : fromY) * width + (flipX ? width - 1 - fromX : fromX));
                target[out] = rgb[in];
                target[out + 1] = rgb[in + 1];
                target[out + 2] = rgb[in + 2];
            }
        }
    }

    /** The picture turned. */
    public RgbImage turn(RgbImage stored) {
        RgbImage seen = swapped
                ? RgbImage.black(stored.height(), stored.width())
                : RgbImage.black(stored.width(), stored.height());
        turn(stored.rgb(), stored.width(), stored.height(), seen.rgb());
        return seen;
    }
}
