package io.apprentice.pose.image;

import io.apprentice.pose.geometry.Affine2;

/**
 * Cuts a square crop out of a frame: bilinear, pixel centres at integers, the mean colour where the crop leaves the frame.
 * Where the crop shrinks the frame more than twofold, each crop pixel averages a grid of such samples, so that nothing
 * aliases.
 */
public final class CropWarp {
    /** Colour outside the frame: ImageNet's mean, which networks see as zero. */
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
        Affine2 back = frameToCrop.inverse();
        double shrink = Math.sqrt(Math.abs(back.a() * back.e() - back.b() * back.d()));
        int taps = (int) Math.max(1, Math.min(16, Math.ceil(shrink / 2 - 1e-9)));
        int reciprocal = (1 << 16) / (taps * taps);
        int out = offset;
        for (int v = 0; v < size; v++) {
            for (int u = 0; u < size; u++) {
                int r = 0;
                int g = 0;
                int b = 0;
                for (int j = 0; j < taps; j++) {
                    for (int i = 0; i < taps; i++) {
                        double du = u + (i + 0.5) / taps - 0.5;
                        double dv = v + (j + 0.5) / taps - 0.5;
                        int rgb = sample(frame, back.u(du, dv), back.v(du, dv));
                        r += rgb >> 16;
                        g += rgb >> 8 & 255;
                        b += rgb & 255;
                    }
                }
                if (taps > 1) {
                    r = rounded(r * reciprocal);
                    g = rounded(g * reciprocal);
                    b = rounded(b * reciprocal);
                }
                target[out++] = (byte) r;
                target[out++] = (byte) g;
                target[out++] = (byte) b;
            }
        }
    }

    /** Bilinear sample as 0xRRGGBB; the border takes part where the sample straddles the frame's edge. */
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
