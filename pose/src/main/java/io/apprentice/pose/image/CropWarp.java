package io.apprentice.pose.image;

import io.apprentice.pose.geometry.Affine2;

/**
 * Cuts a square crop out of a frame: bilinear, pixel centres at integers, the mean colour outside the frame. As long as
 * the crop shrinks the frame more than twofold, the frame is first halved by averaging, so that nothing aliases.
 */
public final class CropWarp {
    /** Colour outside the frame: ImageNet's mean, which is zero for the networks. */
    public static final int BORDER = 124 << 16 | 116 << 8 | 104;

    private static final int ONE = 1 << 8;

    private CropWarp() {}

    /**
     * Fills a crop.
     *
     * @param frameToCrop from frame pixels to crop pixels, invertible
     * @param size side of the crop, pixels
     * @param target receives {@code 3 * size * size} bytes, RGB interleaved
     * @param offset where in {@code target} the crop starts
     */
    public static void warp(RgbImage frame, Affine2 frameToCrop, int size, byte[] target, int offset) {
        if (size < 1 || offset < 0 || target.length - offset < 3L * size * size) {
            throw new IllegalArgumentException("crop: expected room for 3 x %d x %d bytes after %d, got %d"
                    .formatted(size, size, offset, target.length));
        }
        RgbImage source = frame;
        Affine2 back = frameToCrop.inverse();
        while (back.a() * back.e() - back.b() * back.d() > 4 || back.b() * back.d() - back.a() * back.e() > 4) {
            source = half(source);
            back = new Affine2(
                    back.a() / 2, back.b() / 2, back.c() / 2 - 0.25, back.d() / 2, back.e() / 2, back.f() / 2 - 0.25);
        }
        int out = offset;
        for (int v = 0; v < size; v++) {
            for (int u = 0; u < size; u++) {
                int rgb = sample(source, back.u(u, v), back.v(u, v));
                target[out++] = (byte) (rgb >> 16);
                target[out++] = (byte) (rgb >> 8);
                target[out++] = (byte) rgb;
            }
        }
    }

    /** Half as wide and high, rounded up; each pixel the mean of four (at an odd border, of the two that there are). */
    private static RgbImage half(RgbImage from) {
        int w = from.width();
        int h = from.height();
        RgbImage to = RgbImage.black((w + 1) / 2, (h + 1) / 2);
        byte[] p = from.rgb();
        byte[] q = to.rgb();
        for (int y = 0, out = 0; y < h; y += 2) {
            int down = y + 1 < h ? 3 * w : 0;
            for (int x = 0; x < w; x += 2) {
                int right = x + 1 < w ? 3 : 0;
                int i = 3 * (y * w + x);
                for (int c = 0; c < 3; c++, i++) {
                    int sum = (p[i] & 255) + (p[i + right] & 255) + (p[i + down] & 255) + (p[i + down + right] & 255);
                    q[out++] = (byte) ((sum + 2) >> 2);
                }
            }
        }
        return to;
    }

    /** Bilinear sample as 0xRRGGBB; a sample across the frame's edge includes the border colour. */
    private static int sample(RgbImage frame, double x, double y) {
        int w = frame.width();
        int h = frame.height();
        if (!(x > -1 && y > -1 && x < w && y < h)) {
            return BORDER;
        }
        int x0 = (int) (x + 1) - 1;
        int y0 = (int) (y + 1) - 1;
        int fx = (int) ((x - x0) * ONE + 0.5);
        int fy = (int) ((y - y0) * ONE + 0.5);
        int w11 = fx * fy;
        int w10 = fx * ONE - w11;
        int w01 = fy * ONE - w11;
        int w00 = ONE * ONE - w10 - w01 - w11;
        byte[] p = frame.rgb();
        if (x0 >= 0 && y0 >= 0 && x0 + 1 < w && y0 + 1 < h) {
            int i = 3 * (y0 * w + x0);
            int j = i + 3 * w;
            int r = (p[i] & 255) * w00 + (p[i + 3] & 255) * w10 + (p[j] & 255) * w01 + (p[j + 3] & 255) * w11;
            int g = (p[i + 1] & 255) * w00 + (p[i + 4] & 255) * w10 + (p[j + 1] & 255) * w01 + (p[j + 4] & 255) * w11;
            int b = (p[i + 2] & 255) * w00 + (p[i + 5] & 255) * w10 + (p[j + 2] & 255) * w01 + (p[j + 5] & 255) * w11;
            return (rounded(r) << 16) | (rounded(g) << 8) | rounded(b);
        }
        int a00 = pixel(frame, x0, y0);
        int a10 = pixel(frame, x0 + 1, y0);
        int a01 = pixel(frame, x0, y0 + 1);
        int a11 = pixel(frame, x0 + 1, y0 + 1);
        int rgb = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int c = (a00 >> shift & 255) * w00
                    + (a10 >> shift & 255) * w10
                    + (a01 >> shift & 255) * w01
                    + (a11 >> shift & 255) * w11;
            rgb |= rounded(c) << shift;
        }
        return rgb;
    }

    /** From 16 fractional bits to none. */
    private static int rounded(int value) {
        return (value + (1 << 15)) >> 16;
    }

    private static int pixel(RgbImage frame, int x, int y) {
        if (x < 0 || y < 0 || x >= frame.width() || y >= frame.height()) {
            return BORDER;
        }
        int i = 3 * (y * frame.width() + x);
        byte[] p = frame.rgb();
        return ((p[i] & 255) << 16) | ((p[i + 1] & 255) << 8) | (p[i + 2] & 255);
    }
}
