package io.apprentice.scene.parcel;

/** A rectangle of texels to paint on, with its own coordinates; what lies outside is cut off. */
final class Canvas {
    private static final int GLYPH_WIDTH = 5;
    private static final int GLYPH_HEIGHT = 7;
    /** Rows of each capital letter and digit from the top, five bits each in base 32. */
    private static final String[] GLYPHS = {
        "ehhvhhh", "uhhuhhu", "ehggghe", "uhhhhhu", "vgguggv", "vgguggg", "ehgnhhe", "hhhvhhh", "e44444e", "72222ic",
        "hikokih", "ggggggv", "hrllhhh", "hpljhhh", "ehhhhhe", "uhhuggg", "ehhhlid", "uhhukih", "fgge11u", "v444444",
        "hhhhhhe", "hhhhha4", "hhhllrh", "hha4ahh", "hha4444", "v1248gv", "ehjlphe", "4c4444e", "eh168gv", "eh161he",
        "26aiv22", "vgu11he", "68guhhe", "v124888", "ehhehhe", "ehhf12c"
    };

    private final int[] texels;
    private final int stride;
    private final int left;
    private final int top;
    private final int width;
    private final int height;

    Canvas(int[] texels, int stride, int left, int top, int width, int height) {
        this.texels = texels;
        this.stride = stride;
        this.left = left;
        this.top = top;
        this.width = width;
        this.height = height;
    }

    /** A rectangle. */
    void rect(int x, int y, int w, int h, int colour) {
        for (int j = Math.max(y, 0); j < Math.min(y + h, height); j++) {
            for (int i = Math.max(x, 0); i < Math.min(x + w, width); i++) {
                texels[(top + j) * stride + left + i] = colour;
            }
        }
    }

    /** A polygon, even-odd; corners x y. */
    void polygon(int colour, double... corners) {
        for (int j = 0; j < height; j++) {
            for (int i = 0; i < width; i++) {
                boolean inside = false;
                for (int a = 0, b = corners.length - 2; a < corners.length; b = a, a += 2) {
                    double ya = corners[a + 1];
                    double yb = corners[b + 1];
                    if (ya > j + 0.5 != yb > j + 0.5
                            && i + 0.5 < corners[a] + (j + 0.5 - ya) / (yb - ya) * (corners[b] - corners[a])) {
                        inside = !inside;
                    }
                }
                if (inside) {
                    rect(i, j, 1, 1, colour);
                }
            }
        }
    }

    /** An arrow that points up. */
    void upArrow(int x, int y, int w, int h, int colour) {
        polygon(
                colour,
                x + w / 2.0,
                y,
                x + w,
                y + h * 0.45,
                x + w * 0.68,
                y + h * 0.45,
                x + w * 0.68,
                y + h,
                x + w * 0.32,
                y + h,
                x + w * 0.32,
                y + h * 0.45,
                x,
                y + h * 0.45);
    }

    /** Capital letters and digits; each dot is a square of {@code dot} texels. */
    void text(String text, int x, int y, int dot, int colour) {
        for (int k = 0; k < text.length(); k++) {
            char letter = text.charAt(k);
            int glyph = letter >= 'A' && letter <= 'Z'
                    ? letter - 'A'
                    : letter >= '0' && letter <= '9' ? letter - '0' + 26 : -1;
            for (int j = 0; glyph >= 0 && j < GLYPH_HEIGHT; j++) {
                int bits = Character.digit(GLYPHS[glyph].charAt(j), 32);
                for (int i = 0; i < GLYPH_WIDTH; i++) {
                    if ((bits >> (GLYPH_WIDTH - 1 - i) & 1) != 0) {
                        rect(x + (k * (GLYPH_WIDTH + 1) + i) * dot, y + j * dot, dot, dot, colour);
                    }
                }
            }
        }
    }

    /** Multiplies every channel of every texel, where {@code factor} is a function of the place. */
    void shade(Factor factor) {
        for (int j = 0; j < height; j++) {
            for (int i = 0; i < width; i++) {
                int at = (top + j) * stride + left + i;
                double f = factor.at(i, j);
                int r = (int) Math.min(255, (texels[at] >> 16) * f);
                int g = (int) Math.min(255, ((texels[at] >> 8) & 255) * f);
                int b = (int) Math.min(255, (texels[at] & 255) * f);
                texels[at] = (r << 16) | (g << 8) | b;
            }
        }
    }

    /** Repeats the border texels {@code margin} texels outwards, so that averaging across the edge keeps the colours. */
    void extrude(int margin) {
        for (int j = -margin; j < height + margin; j++) {
            for (int i = -margin; i < width + margin; i++) {
                int from = (top + Math.max(0, Math.min(height - 1, j))) * stride
                        + left
                        + Math.max(0, Math.min(width - 1, i));
                texels[(top + j) * stride + left + i] = texels[from];
            }
        }
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** A brightness for a place. */
    interface Factor {
        /** The factor at a texel. */
        double at(int x, int y);
    }
}
