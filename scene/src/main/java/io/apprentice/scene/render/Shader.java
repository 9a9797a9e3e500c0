package io.apprentice.scene.render;

import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.Texture;

/**
 * Computes the colours once all triangles are drawn, and counts the samples that show each mesh. Pixels inside one triangle
 * are coloured in runs; a pixel at an edge is the mean of its triangles, each weighted by its samples. Not thread-safe.
 */
final class Shader {
    /** Pixels in a piece of a row; no run is longer. */
    private static final int PIECE = Samples.PIECE / 2;
    /** The depth changes by at most this part of it over a run. */
    private static final float BEND = 1 / 16f;
    /** Where a surface is seen: texture coordinates, then red, green and blue factors. */
    private static final int PLACE = 5;

    private final Samples samples;
    private final Triangles triangles;
    private final Meshes meshes;
    private final int[] corner = new int[4];
    private final float[] first = new float[PLACE];
    private final float[] last = new float[PLACE];

    Shader(Samples samples, Triangles triangles, Meshes meshes) {
        this.samples = samples;
        this.triangles = triangles;
        this.meshes = meshes;
    }

    /** See {@link Renderer#resolve}. */
    void resolve(byte[] rgb, int background) {
        meshes.clearCounts();
        int width = samples.width;
        for (int py = 0; py < samples.height; py++) {
            for (int px = 0; px < width; ) {
                int owner = owner(px, py);
                int end = Math.min((px / PIECE + 1) * PIECE, width);
                if (owner >= 0) {
                    end = Math.min(end, px + longestRun(owner, px, py));
                    shadeRun(owner, owner, px, end, py, rgb);
                } else {
                    resolvePiece(px, end, py, rgb, background);
                }
                px = end;
            }
        }
    }

    /** The triangle that owns a pixel's pieces in both rows, or a negative number. */
    private int owner(int px, int py) {
        int piece = 2 * py * samples.pieces + 2 * px / Samples.PIECE;
        int upper = samples.owner[piece];
        return upper == samples.owner[piece + samples.pieces] ? upper : Samples.SEVERAL;
    }

    private void resolvePiece(int from, int to, int py, byte[] rgb, int background) {
        int piece = 2 * from / Samples.PIECE;
        int upper = samples.write(2 * py, piece, triangles.planes) - piece * Samples.PIECE;
        int lower = samples.write(2 * py + 1, piece, triangles.planes) - piece * Samples.PIECE;
        for (int px = from; px < to; ) {
            int facet = wholePixel(upper + 2 * px, lower + 2 * px);
            int end = px + 1;
            if (facet >= 0) {
                int triangle = samples.visible[upper + 2 * px];
                int longest = Math.min(to, px + longestRun(triangle, px, py));
                while (end < longest && wholePixel(upper + 2 * end, lower + 2 * end) == facet) {
                    end++;
                }
                shadeRun(triangle, samples.visible[upper + 2 * end - 2], px, end, py, rgb);
            } else {
                int colour = facet == Samples.NOTHING ? background : mixed(px, py, background);
                int out = 3 * (py * samples.width + px);
                rgb[out] = (byte) (colour >> 16);
                rgb[out + 1] = (byte) (colour >> 8);
                rgb[out + 2] = (byte) colour;
            }
            px = end;
        }
    }

    /** The facet (or nothing) that all four samples of a pixel see, or {@link Samples#SEVERAL}. */
    private int wholePixel(int upper, int lower) {
        int[] visible = samples.visible;
        int[] facet = triangles.facet;
        int a = visible[upper];
        int b = visible[upper + 1];
        int c = visible[lower];
        int d = visible[lower + 1];
        if (a == b && a == c && a == d) {
            return a < 0 ? a : facet[a];
        }
        if (a < 0 || b < 0 || c < 0 || d < 0) {
            return Samples.SEVERAL;
        }
        return facet[a] == facet[b] && facet[a] == facet[c] && facet[a] == facet[d] ? facet[a] : Samples.SEVERAL;
    }

    /** Pixels from here on over which perspective may be taken for even; at least 2. */
    private int longestRun(int triangle, int px, int py) {
        float[] p = triangles.planes;
        int at = Triangles.PLANES * triangle;
        float w = p[at] * (2 * px + 1) + p[at + 1] * (2 * py + 1) + p[at + 2];
        float bend = Math.abs(2 * p[at]);
        return bend * PIECE <= BEND * w ? PIECE : Math.max(2, (int) (BEND * w / bend));
    }

    /**
     * Colours pixels of one facet, in one level of its texture; places and light change evenly from the first pixel, in one
     * triangle, to the last one, perhaps in another.
     */
    private void shadeRun(int triangle, int lastTriangle, int from, int to, int py, byte[] rgb) {
        int pixels = to - from;
        int mesh = triangles.mesh[triangle];
        meshes.count(mesh, 4L * pixels);
        float[] a = first;
        float[] b = pixels == 1 ? first : last;
        float sy = 2 * py + 1;
        place(triangle, 2 * from + 1, sy, a);
        if (pixels > 1) {
            place(lastTriangle, 2 * to - 1, sy, b);
        }
        Texture texture = meshes.texture(mesh);
        int level = Texels.level(texture, triangles.planes, Triangles.PLANES * triangle, from + to, sy);
        int[] texels = texture.level(level);
        int wb = texture.widthBits() - level;
        int maskX = (1 << wb) - 1;
        int maskY = (1 << (texture.heightBits() - level)) - 1;
        float wide = 65536f * (maskX + 1);
        float high = 65536f * (maskY + 1);
        float share = 1f / Math.max(1, pixels - 1);
        // 65536ths of a texel, as remainders of 32 bits: textures repeat
        int x = (int) (long) (a[0] * wide) - 32768;
        int y = (int) (long) (a[1] * high) - 32768;
        int dx = (int) ((b[0] - a[0]) * wide * share);
        int dy = (int) ((b[1] - a[1]) * high * share);
        int red = fixed(a[2]);
        int green = fixed(a[3]);
        int blue = fixed(a[4]);
        int dRed = (int) ((fixed(b[2]) - red) * share);
        int dGreen = (int) ((fixed(b[3]) - green) * share);
        int dBlue = (int) ((fixed(b[4]) - blue) * share);
        int start = 3 * (py * samples.width + from);
        for (int i = 0; i < pixels; i++) { // products, because sums that wait for each other take longer
            int texel = Texels.bilinear(texels, wb, maskX, maskY, (x + i * dx) >> 8, (y + i * dy) >> 8);
            int out = start + 3 * i;
            rgb[out] = (byte) Math.min(255, ((texel >> 16) * ((red + i * dRed) >> 8)) >> 8);
            rgb[out + 1] = (byte) Math.min(255, (((texel >> 8) & 255) * ((green + i * dGreen) >> 8)) >> 8);
            rgb[out + 2] = (byte) Math.min(255, ((texel & 255) * ((blue + i * dBlue) >> 8)) >> 8);
        }
    }

    /** Computes what a sample position shows of a triangle, with perspective and shadows. */
    private void place(int triangle, float sx, float sy, float[] place) {
        float[] p = triangles.planes;
        int at = Triangles.PLANES * triangle;
        float depth = 1 / (p[at] * sx + p[at + 1] * sy + p[at + 2]);
        float u = (p[at + 3] * sx + p[at + 4] * sy + p[at + 5]) * depth;
        float v = (p[at + 6] * sx + p[at + 7] * sy + p[at + 8]) * depth;
        float red = (p[at + 9] * sx + p[at + 10] * sy + p[at + 11]) * depth;
        float green = (p[at + 12] * sx + p[at + 13] * sy + p[at + 14]) * depth;
        float blue = (p[at + 15] * sx + p[at + 16] * sy + p[at + 17]) * depth;
        int mesh = triangles.mesh[triangle];
        Shadows shadows = meshes.shadows(mesh);
        if (shadows != Shadows.NONE) {
            float lost = 1 - shadows.reach(u, v);
            if (lost > 0) {
                Vec3 dark = meshes.darkest(mesh);
                red *= 1 - lost * (1 - (float) dark.x());
                green *= 1 - lost * (1 - (float) dark.y());
                blue *= 1 - lost * (1 - (float) dark.z());
            }
        }
        place[0] = u;
        place[1] = v;
        place[2] = red;
        place[3] = green;
        place[4] = blue;
    }

    /** Colour of a pixel whose samples see different triangles: each is computed once, where its samples are. */
    private int mixed(int px, int py, int background) {
        int[] seen = corner;
        for (int s = 0; s < 4; s++) {
            seen[s] = samples.visible[samples.index(px, py, s)];
        }
        int x0 = 2 * px + 1;
        int y0 = 2 * py + 1;
        int redSum = 2;
        int greenSum = 2;
        int blueSum = 2;
        int done = 0;
        for (int s = 0; s < 4; s++) {
            if (((done >> s) & 1) != 0) {
                continue;
            }
            int count = 0;
            float dx = 0;
            float dy = 0;
            for (int k = s; k < 4; k++) {
                if (seen[k] == seen[s]) {
                    done |= 1 << k;
                    count++;
                    dx += (k & 1) - 0.5f;
                    dy += (k >> 1) - 0.5f;
                }
            }
            int colour = shade(seen[s], x0 + dx / count, y0 + dy / count, count, background);
            redSum += count * (colour >> 16);
            greenSum += count * ((colour >> 8) & 255);
            blueSum += count * (colour & 255);
        }
        return ((redSum >> 2) << 16) | ((greenSum >> 2) << 8) | (blueSum >> 2);
    }

    private int shade(int triangle, float sx, float sy, int count, int background) {
        if (triangle == Samples.NOTHING) {
            return background;
        }
        int mesh = triangles.mesh[triangle];
        meshes.count(mesh, count);
        place(triangle, sx, sy, first);
        int texel = Texels.texel(
                meshes.texture(mesh), triangles.planes, Triangles.PLANES * triangle, sx, sy, first[0], first[1]);
        int red = Math.min(255, ((texel >> 16) * (fixed(first[2]) >> 8)) >> 8);
        int green = Math.min(255, (((texel >> 8) & 255) * (fixed(first[3]) >> 8)) >> 8);
        int blue = Math.min(255, ((texel & 255) * (fixed(first[4]) >> 8)) >> 8);
        return (red << 16) | (green << 8) | blue;
    }

    /** A factor in 65536ths, 0 to 16. */
    private static int fixed(float factor) {
        return factor > 0 ? (int) (Math.min(factor, 16) * 65536) : 0;
    }
}
