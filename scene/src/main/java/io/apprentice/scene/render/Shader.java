package io.apprentice.scene.render;

import io.apprentice.pose.object.Texture;

/**
 * Computes the colours once all triangles are drawn, and counts the samples that show each mesh. Pixels inside one triangle
 * are coloured in runs; a pixel at an edge is the mean of its triangles, each weighted by its samples. Not thread-safe.
 */
final class Shader {
    private static final int SEVERAL = -2;
    /** Pixels that share one level of the texture's pyramid. */
    private static final int LONGEST_RUN = 16;

    private final Samples samples;
    private final Triangles triangles;
    private final Meshes meshes;
    private final int[] corner = new int[4];

    Shader(Samples samples, Triangles triangles, Meshes meshes) {
        this.samples = samples;
        this.triangles = triangles;
        this.meshes = meshes;
    }

    /** See {@link Renderer#resolve}. */
    void resolve(byte[] rgb, int background) {
        meshes.clearCounts();
        int[] visible = samples.visible;
        int columns = samples.columns;
        int width = samples.width;
        for (int py = 0; py < samples.height; py++) {
            int top = 2 * py * columns;
            for (int px = 0; px < width; ) {
                int triangle = wholePixel(top + 2 * px);
                int end = px + 1;
                if (triangle >= 0) {
                    int longest = Math.min(width, px + LONGEST_RUN);
                    while (end < longest && wholePixel(top + 2 * end) == triangle) {
                        end++;
                    }
                    shadeRun(triangle, px, end, py, rgb);
                } else {
                    int at = top + 2 * px;
                    int colour = triangle == Samples.NOTHING
                            ? background
                            : mixed(
                                    visible[at],
                                    visible[at + 1],
                                    visible[at + columns],
                                    visible[at + columns + 1],
                                    2 * px + 1,
                                    2 * py + 1,
                                    background);
                    int out = 3 * (py * width + px);
                    rgb[out] = (byte) (colour >> 16);
                    rgb[out + 1] = (byte) (colour >> 8);
                    rgb[out + 2] = (byte) colour;
                }
                px = end;
            }
        }
    }

    /** The triangle (or nothing) that all four samples of a pixel see, or {@link #SEVERAL}. */
    private int wholePixel(int at) {
        int[] visible = samples.visible;
        int columns = samples.columns;
        int a = visible[at];
        return a == visible[at + 1] && a == visible[at + columns] && a == visible[at + columns + 1] ? a : SEVERAL;
    }

    /** Colours of neighbouring pixels in one triangle, planes stepped from pixel to pixel, one texture level for all. */
    private void shadeRun(int triangle, int from, int to, int py, byte[] rgb) {
        int mesh = triangles.mesh[triangle];
        meshes.count(mesh, 4L * (to - from));
        float[] p = triangles.planes;
        int at = Triangles.PLANES * triangle;
        float sx = 2 * from + 1;
        float sy = 2 * py + 1;
        float w = p[at] * sx + p[at + 1] * sy + p[at + 2];
        float uw = p[at + 3] * sx + p[at + 4] * sy + p[at + 5];
        float vw = p[at + 6] * sx + p[at + 7] * sy + p[at + 8];
        float rw = p[at + 9] * sx + p[at + 10] * sy + p[at + 11];
        float gw = p[at + 12] * sx + p[at + 13] * sy + p[at + 14];
        float bw = p[at + 15] * sx + p[at + 16] * sy + p[at + 17];
        float dw = 2 * p[at];
        float du = 2 * p[at + 3];
        float dv = 2 * p[at + 6];
        float dr = 2 * p[at + 9];
        float dg = 2 * p[at + 12];
        float db = 2 * p[at + 15];
        Texture texture = meshes.texture(mesh);
        int level = Texels.level(texture, p, at, from + to, sy);
        int[] texels = texture.level(level);
        int wb = texture.widthBits() - level;
        int maskX = (1 << wb) - 1;
        int maskY = (1 << (texture.heightBits() - level)) - 1;
        float wide = 256 * (maskX + 1);
        float high = 256 * (maskY + 1);
        int width = samples.width;
        for (int out = 3 * (py * width + from), end = 3 * (py * width + to); out < end; out += 3) {
            float depth = 1 / w;
            int fx = (int) (uw * depth * wide) - 128;
            int fy = (int) (vw * depth * high) - 128;
            int texel = Texels.bilinear(texels, wb, maskX, maskY, fx, fy);
            rgb[out] = (byte) Math.min(255, ((texel >> 16) * fixed(rw * depth)) >> 8);
            rgb[out + 1] = (byte) Math.min(255, (((texel >> 8) & 255) * fixed(gw * depth)) >> 8);
            rgb[out + 2] = (byte) Math.min(255, ((texel & 255) * fixed(bw * depth)) >> 8);
            w += dw;
            uw += du;
            vw += dv;
            rw += dr;
            gw += dg;
            bw += db;
        }
    }

    /** Colour of a pixel whose samples see different triangles: each is computed once, where its samples are. */
    private int mixed(int a, int b, int c, int d, int x0, int y0, int background) {
        if (sameFacet(a, b, c, d)) {
            return shade(a, x0, y0, 4, background);
        }
        int[] seen = corner;
        seen[0] = a;
        seen[1] = b;
        seen[2] = c;
        seen[3] = d;
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

    private boolean sameFacet(int a, int b, int c, int d) {
        int[] facet = triangles.facet;
        return a >= 0
                && b >= 0
                && c >= 0
                && d >= 0
                && facet[a] == facet[b]
                && facet[c] == facet[d]
                && facet[a] == facet[c];
    }

    private int shade(int triangle, float sx, float sy, int count, int background) {
        if (triangle == Samples.NOTHING) {
            return background;
        }
        int mesh = triangles.mesh[triangle];
        meshes.count(mesh, count);
        float[] p = triangles.planes;
        int at = Triangles.PLANES * triangle;
        float depth = 1 / (p[at] * sx + p[at + 1] * sy + p[at + 2]);
        int r = fixed((p[at + 9] * sx + p[at + 10] * sy + p[at + 11]) * depth);
        int g = fixed((p[at + 12] * sx + p[at + 13] * sy + p[at + 14]) * depth);
        int b = fixed((p[at + 15] * sx + p[at + 16] * sy + p[at + 17]) * depth);
        int texel = Texels.texel(meshes.texture(mesh), p, at, sx, sy, depth);
        int outRed = Math.min(255, ((texel >> 16) * r) >> 8);
        int outGreen = Math.min(255, (((texel >> 8) & 255) * g) >> 8);
        int outBlue = Math.min(255, ((texel & 255) * b) >> 8);
        return (outRed << 16) | (outGreen << 8) | outBlue;
    }

    private static int fixed(float factor) {
        return (int) (Math.min(Math.max(factor, 0), 16) * 256);
    }
}
