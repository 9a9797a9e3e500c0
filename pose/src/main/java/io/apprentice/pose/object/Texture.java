package io.apprentice.pose.object;

import io.apprentice.pose.image.RgbImage;

/**
 * A picture to wrap around a mesh: a pyramid of levels, each the averaged half of the one before, with powers of two as
 * width and height and texels as 0xRRGGBB. Texture coordinates run 0 to 1 from the top-left corner, u right and v down,
 * and repeat outside.
 */
public final class Texture {
    private static final int MAX_SIDE = 2048;

    private final int[][] levels;
    private final int widthBits;
    private final int heightBits;

    /** A texture from a picture of any size, resampled to the nearest powers of two, at most 2048. */
    public static Texture of(RgbImage image) {
        int wb = bits(image.width());
        int hb = bits(image.height());
        int w = 1 << wb;
        int h = 1 << hb;
        int[] texels = new int[w * h];
        byte[] rgb = image.rgb();
        for (int y = 0; y < h; y++) {
            double sy = clamp((y + 0.5) * image.height() / h - 0.5, image.height() - 1);
            int y0 = (int) sy;
            int y1 = Math.min(y0 + 1, image.height() - 1);
            for (int x = 0; x < w; x++) {
                double sx = clamp((x + 0.5) * image.width() / w - 0.5, image.width() - 1);
                int x0 = (int) sx;
                int x1 = Math.min(x0 + 1, image.width() - 1);
                int texel = 0;
                for (int c = 0; c < 3; c++) {
                    double top = mix(rgb, image.width(), x0, x1, y0, c, sx - x0);
                    double bottom = mix(rgb, image.width(), x0, x1, y1, c, sx - x0);
                    texel = texel << 8 | (int) (top + (bottom - top) * (sy - y0) + 0.5);
                }
                texels[y * w + x] = texel;
            }
        }
        return new Texture(texels, wb, hb);
    }

    /**
     * A texture from texels.
     *
     * @param texels 0xRRGGBB, row-major from the top, kept
     * @param widthBits logarithm of the width
     * @param heightBits logarithm of the height
     */
    public Texture(int[] texels, int widthBits, int heightBits) {
        if (texels.length != 1 << (widthBits + heightBits)) {
            throw new IllegalArgumentException(
                    "texture: expected %d texels, got %d".formatted(1 << (widthBits + heightBits), texels.length));
        }
        this.widthBits = widthBits;
        this.heightBits = heightBits;
        levels = new int[Math.min(widthBits, heightBits) + 1][];
        levels[0] = texels;
        for (int l = 1; l < levels.length; l++) {
            levels[l] = half(levels[l - 1], 1 << (widthBits - l + 1), 1 << (heightBits - l + 1));
        }
    }

    /** Logarithm of the width of level 0. */
    public int widthBits() {
        return widthBits;
    }

    /** Logarithm of the height of level 0. */
    public int heightBits() {
        return heightBits;
    }

    /** Number of levels, each half as wide and high as the one before. */
    public int levels() {
        return levels.length;
    }

    /** Texels of a level, row-major, 0xRRGGBB; not to be modified. */
    public int[] level(int level) {
        return levels[level];
    }

    private static int[] half(int[] from, int width, int height) {
        int w = width / 2;
        int h = height / 2;
        int[] to = new int[w * h];
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                int i = 2 * y * width + 2 * x;
                int a = from[i];
                int b = from[i + 1];
                int c = from[i + width];
                int d = from[i + width + 1];
                int redBlue =
                        ((a & 0xff00ff) + (b & 0xff00ff) + (c & 0xff00ff) + (d & 0xff00ff) + 0x20002) >>> 2 & 0xff00ff;
                int green = ((a & 0xff00) + (b & 0xff00) + (c & 0xff00) + (d & 0xff00) + 0x200) >>> 2 & 0xff00;
                to[y * w + x] = redBlue | green;
            }
        }
        return to;
    }

    private static double mix(byte[] rgb, int width, int x0, int x1, int y, int c, double f) {
        int a = rgb[3 * (y * width + x0) + c] & 255;
        int b = rgb[3 * (y * width + x1) + c] & 255;
        return a + (b - a) * f;
    }

    private static double clamp(double x, double max) {
        return Math.max(0, Math.min(max, x));
    }

    private static int bits(int side) {
        return (int) Math.round(Math.log(Math.min(side, MAX_SIDE)) / Math.log(2));
    }
}
