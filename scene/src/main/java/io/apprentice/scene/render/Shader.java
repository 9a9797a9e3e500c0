package io.apprentice.scene.render;

import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.Texture;

/**
 * Computes the colours once all triangles are drawn, and counts the samples that show each mesh. Pixels inside one triangle
 * are coloured in runs; a pixel at an edge is the mean of its triangles, each weighted by its samples. Not thread-safe.
 */
final class Shader {
    /** Pixels in a piece of a row. */
    private static final int PIECE = Samples.PIECE / 2;
    /** Pixels in a run at most. */
    private static final int LONGEST = 64;
    /** Pixels from one place where shadows are read to the next. */
    private static final int SHADOWED = 16;
    /** Where a surface is seen: texture coordinates, red, green and blue factors, depth. */
    private static final int PLACE = 6;

    private static final int NOWHERE = -1;

    private final Samples samples;
    private final Triangles triangles;
    private final Meshes meshes;
    private final int[] corner = new int[4];
    private final ShadedRow row;
    /** Where the pixel behind the last run, {@code behindAt} in its row or nowhere, shows its triangle {@code behindOf}. */
    private float[] behind = new float[PLACE];

    private int behindAt;
    private int behindOf;
    private float[] spare = new float[PLACE];
    /** Ends of a piece of a run with shadows. */
    private float[] near = new float[PLACE];

    private float[] far = new float[PLACE];

    Shader(Samples samples, Triangles triangles, Meshes meshes) {
        this.samples = samples;
        this.triangles = triangles;
        this.meshes = meshes;
        row = new ShadedRow(samples.width);
    }

    /** See {@link Renderer#resolve}. */
    void resolve(int[] pixels, int background) {
        meshes.clearCounts();
        int width = samples.width;
        for (int py = 0; py < samples.height; py++) {
            behindAt = NOWHERE;
            for (int px = 0; px < width; ) {
                int owner = owner(px, py);
                int end = Math.min((px / PIECE + 1) * PIECE, width);
                if (owner >= 0) {
                    int longest = px + longestRun(owner, px, py);
                    while (end < longest && end < width && owner(end, py) == owner) {
                        end = Math.min(end + PIECE, width);
                    }
                    end = Math.min(end, longest);
                    shadeRun(owner, owner, px, end, end < width && owner(end, py) == owner, py);
                } else {
                    resolvePiece(px, end, py, background);
                }
                px = end;
            }
            row.resolve(pixels, py * width);
        }
    }

    /** The triangle that owns a pixel's pieces in both rows, or a negative number. */
    private int owner(int px, int py) {
        int piece = 2 * py * samples.pieces + 2 * px / Samples.PIECE;
        int upper = samples.owner[piece];
        return upper == samples.owner[piece + samples.pieces] ? upper : Samples.SEVERAL;
    }

    private void resolvePiece(int from, int to, int py, int background) {
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
                shadeRun(triangle, samples.visible[upper + 2 * end - 2], px, end, false, py);
            } else {
                row.set(
                        px,
                        facet == Samples.NOTHING
                                ? background
                                : mixed(px, py, upper + 2 * px, lower + 2 * px, background));
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
        float bend = Math.abs(2 * p[at]); // a run of n pixels is wrong by n * n * bend / (8 w) pixels in its middle
        return bend * LONGEST * LONGEST <= w ? LONGEST : Math.max(2, (int) Math.sqrt(w / bend));
    }

    /**
     * Colours pixels of one facet, in one level of its texture; places and light change evenly from the first pixel, in one
     * triangle, to the last one, perhaps in another.
     *
     * @param goesOn whether the triangle is also seen in the pixel behind them: then places are computed there, once for
     *     this run and the next one
     */
    private void shadeRun(int triangle, int lastTriangle, int from, int to, boolean goesOn, int py) {
        int pixels = to - from;
        int mesh = triangles.mesh[triangle];
        meshes.count(mesh, 4L * pixels);
        float sy = 2 * py + 1;
        float[] a = behind;
        if (from != behindAt || triangle != behindOf) {
            place(triangle, 2 * from + 1, sy, a);
        }
        float[] b = a;
        int steps = goesOn ? pixels : pixels - 1;
        if (steps > 0) {
            b = spare;
            place(lastTriangle, 2 * (from + steps) + 1, sy, b);
            spare = a;
            behind = b;
        }
        behindAt = goesOn ? to : NOWHERE;
        behindOf = triangle;
        Texture texture = meshes.texture(mesh);
        int level = Texels.level(texture, triangles.planes, Triangles.PLANES * triangle, a[5], a[0], a[1]);
        int[] texels = texture.level(level);
        int wb = texture.widthBits() - level;
        float wide = 65536f * (1 << wb);
        float high = 65536f * (texels.length >> wb);
        float share = 1f / Math.max(1, steps);
        // 65536ths of a texel, as remainders of 32 bits: textures repeat
        int x = (int) (long) (a[0] * wide) - 32768;
        int y = (int) (long) (a[1] * high) - 32768;
        row.fetch(
                from, to, texels, wb, x, y, (int) ((b[0] - a[0]) * wide * share), (int) ((b[1] - a[1]) * high * share));
        if (meshes.shadows(mesh) == Shadows.NONE) {
            light(a, b, share, from, to);
        } else {
            lightWithShadows(mesh, a, b, steps, from, to);
        }
    }

    private void light(float[] a, float[] b, float share, int from, int to) {
        int red = fixed(a[2]);
        int green = fixed(a[3]);
        int blue = fixed(a[4]);
        row.light(
                from,
                to,
                red,
                green,
                blue,
                step(red, fixed(b[2]), share),
                step(green, fixed(b[3]), share),
                step(blue, fixed(b[4]), share));
    }

    /** Reads shadows every few pixels; in between they change evenly. */
    private void lightWithShadows(int mesh, float[] a, float[] b, int steps, int from, int to) {
        between(mesh, a, b, 0, near);
        for (int px = from; px < to; px += SHADOWED) {
            int done = Math.min(steps, px + SHADOWED - from);
            between(mesh, a, b, (float) done / Math.max(1, steps), far);
            light(near, far, 1f / Math.max(1, done - (px - from)), px, Math.min(to, px + SHADOWED));
            float[] next = near;
            near = far;
            far = next;
        }
    }

    /** The place at a share of the way between two, in the shadows of its mesh. */
    private void between(int mesh, float[] a, float[] b, float share, float[] place) {
        for (int i = 0; i < PLACE; i++) {
            place[i] = a[i] + (b[i] - a[i]) * share;
        }
        shadow(mesh, place);
    }

    /** Computes what a sample position shows of a triangle, with perspective. */
    private void place(int triangle, float sx, float sy, float[] place) {
        float[] p = triangles.planes;
        int at = Triangles.PLANES * triangle;
        float depth = 1 / (p[at] * sx + p[at + 1] * sy + p[at + 2]);
        float u = (p[at + 3] * sx + p[at + 4] * sy + p[at + 5]) * depth;
        float v = (p[at + 6] * sx + p[at + 7] * sy + p[at + 8]) * depth;
        float red = (p[at + 9] * sx + p[at + 10] * sy + p[at + 11]) * depth;
        float green = (p[at + 12] * sx + p[at + 13] * sy + p[at + 14]) * depth;
        float blue = (p[at + 15] * sx + p[at + 16] * sy + p[at + 17]) * depth;
        place[0] = u;
        place[1] = v;
        place[2] = red;
        place[3] = green;
        place[4] = blue;
        place[5] = depth;
    }

    /** Darkens a place by the shadows of its mesh. */
    private void shadow(int mesh, float[] place) {
        Shadows shadows = meshes.shadows(mesh);
        if (shadows == Shadows.NONE) {
            return;
        }
        float lost = 1 - shadows.reach(place[0], place[1]);
        if (lost > 0) {
            Vec3 dark = meshes.darkest(mesh);
            place[2] *= 1 - lost * (1 - (float) dark.x());
            place[3] *= 1 - lost * (1 - (float) dark.y());
            place[4] *= 1 - lost * (1 - (float) dark.z());
        }
    }

    /** Colour of a pixel whose samples see different triangles: each is computed once, where its samples are. */
    private int mixed(int px, int py, int upper, int lower, int background) {
        int[] seen = corner;
        System.arraycopy(samples.visible, upper, seen, 0, 2);
        System.arraycopy(samples.visible, lower, seen, 2, 2);
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
        place(triangle, sx, sy, spare);
        shadow(mesh, spare);
        int texel = Texels.texel(
                meshes.texture(mesh), triangles.planes, Triangles.PLANES * triangle, spare[5], spare[0], spare[1]);
        int red = Math.min(255, ((texel >> 16) * (fixed(spare[2]) >> 8)) >> 8);
        int green = Math.min(255, (((texel >> 8) & 255) * (fixed(spare[3]) >> 8)) >> 8);
        int blue = Math.min(255, ((texel & 255) * (fixed(spare[4]) >> 8)) >> 8);
        return (red << 16) | (green << 8) | blue;
    }

    /** What a factor changes by from pixel to pixel; nothing if it stays within a 256th, which a byte doesn't show. */
    private static int step(int from, int to, float share) {
        return Math.abs(to - from) < 256 ? 0 : (int) ((to - from) * share);
    }

    /** A factor in 65536ths, 0 to 16. */
    private static int fixed(float factor) {
        return factor > 0 ? (int) (Math.min(factor, 16) * 65536) : 0;
    }
}
