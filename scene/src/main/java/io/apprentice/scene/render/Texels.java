package io.apprentice.scene.render;

import io.apprentice.pose.object.Texture;

/** Reads a texture where a triangle shows it: bilinear, in 8-bit fixed point, from the level of the pyramid that fits. */
final class Texels {
    private Texels() {}

    /**
     * The colour of a texture at a place of the picture.
     *
     * @param p planes of {@link Triangles}
     * @param at the triangle's first plane
     * @param depth of the place
     * @param u texture coordinate there, and {@code v}
     * @return 0xRRGGBB
     */
    static int texel(Texture texture, float[] p, int at, float depth, float u, float v) {
        int level = level(texture, p, at, depth, u, v);
        int[] texels = texture.level(level);
        int wb = texture.widthBits() - level;
        int maskX = (1 << wb) - 1;
        int high = 1 << (texture.heightBits() - level);
        int fx = (int) (u * 256 * (maskX + 1)) - 128;
        int fy = (int) (v * 256 * high) - 128;
        return bilinear(texels, wb, maskX, fx, fy);
    }

    /** The level of a texture's pyramid whose texels are about as large as the pixel at a place; as in {@link #texel}. */
    static int level(Texture texture, float[] p, int at, float depth, float u, float v) {
        float wide = 1 << texture.widthBits();
        float high = 1 << texture.heightBits();
        // texels per pixel: derivatives of u and v, two samples being one pixel
        float ux = (p[at + 3] - u * p[at]) * wide;
        float uy = (p[at + 4] - u * p[at + 1]) * wide;
        float vx = (p[at + 6] - v * p[at]) * high;
        float vy = (p[at + 7] - v * p[at + 1]) * high;
        float spread = (ux * ux + uy * uy + vx * vx + vy * vy) * depth * depth * 2;
        int exponent = (Float.floatToRawIntBits(spread) >> 23) - 127;
        return Math.min(Math.max((exponent + 1) >> 1, 0), texture.levels() - 1);
    }

    /**
     * Between the four texels around a place.
     *
     * @param texels a level, {@code 1 << widthBits} wide; it repeats outside
     * @param maskX its width less one
     * @param fx 256ths of a texel from the middle of the first column
     * @param fy 256ths of a texel from the middle of the first row
     */
    private static int bilinear(int[] texels, int widthBits, int maskX, int fx, int fy) {
        int all = texels.length - 1; // a power of two less one: so nothing is checked twice
        int x0 = (fx >> 8) & maskX;
        int x1 = (x0 + 1) & maskX;
        int y0 = (fy >> 8) << widthBits;
        int y1 = y0 + maskX + 1;
        int right = fx & 255;
        int lower = fy & 255;
        int both = (right * lower) >> 8;
        int w1 = right - both;
        int w2 = lower - both;
        int w0 = 256 - right - w2;
        int a = texels[(y0 + x0) & all];
        int b = texels[(y0 + x1) & all];
        int c = texels[(y1 + x0) & all];
        int d = texels[(y1 + x1) & all];
        // red and blue go through one multiplication
        int redBlue = (a & 0xff00ff) * w0 + (b & 0xff00ff) * w1 + (c & 0xff00ff) * w2 + (d & 0xff00ff) * both;
        int green = (a & 0xff00) * w0 + (b & 0xff00) * w1 + (c & 0xff00) * w2 + (d & 0xff00) * both;
        return (redBlue >>> 8 & 0xff00ff) | (green >>> 8 & 0xff00);
    }
}
