package io.apprentice.scene.parcel;

import io.apprentice.pose.object.Texture;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The print on the parcel. Each side has large areas of its own colour, so that sides can be distinguished at a size of
 * a few dozen pixels, and small print that shows which way is up. The top has a white label and beige tape; the bottom
 * is violet, +x red, -x blue, +y green, -y yellow and black.
 */
final class ParcelPrint {
    private static final int SIDE_BITS = 10;
    private static final int SIDE = 1 << SIDE_BITS;
    private static final int MARGIN = 8;
    /** Left, top, width, height of top, bottom, +x, -x, +y, -y in texels, 1600 to the metre. */
    private static final int[][] PLACES = {
        {16, 16, 448, 304},
        {16, 352, 448, 304},
        {496, 240, 304, 192},
        {496, 464, 304, 192},
        {16, 688, 448, 192},
        {496, 16, 448, 192}
    };

    private static final int CARDBOARD = 0xbf9465;
    private static final int TAPE = 0xdcc79c;
    private static final int WHITE = 0xf2f0ea;
    private static final int INK = 0x26221f;
    private static final int RED = 0xc8202a;
    private static final int BLUE = 0x1f4fa8;
    private static final int GREEN = 0x2a9450;
    private static final int YELLOW = 0xf2c01c;
    private static final int VIOLET = 0x7a3d94;

    /** Where each face lies in the texture: left, top, right, bottom, 0 to 1. */
    static final float[][] ATLAS = Arrays.stream(PLACES)
            .map(p -> new float[] {
                p[0] / (float) SIDE, p[1] / (float) SIDE, (p[0] + p[2]) / (float) SIDE, (p[1] + p[3]) / (float) SIDE
            })
            .toArray(float[][]::new);

    private ParcelPrint() {}

    static Texture texture() {
        int[] texels = new int[SIDE * SIDE];
        Arrays.fill(texels, CARDBOARD);
        Canvas[] faces = new Canvas[6];
        for (int f = 0; f < 6; f++) {
            int[] p = PLACES[f];
            faces[f] = new Canvas(texels, SIDE, p[0], p[1], p[2], p[3]);
        }
        top(faces[0]);
        bottom(faces[1]);
        red(faces[2]);
        blue(faces[3]);
        green(faces[4]);
        yellow(faces[5]);
        SplittableRandom random = new SplittableRandom(7);
        for (Canvas face : faces) {
            wear(face, random);
            face.extrude(MARGIN);
        }
        return new Texture(texels, SIDE_BITS, SIDE_BITS);
    }

    private static void top(Canvas c) {
        c.rect(0, 172, 448, 44, TAPE);
        c.rect(24, 18, 226, 142, WHITE);
        c.text("TO", 36, 28, 3, INK);
        c.text("JANE LEE", 80, 28, 3, INK);
        c.text("12 DOCK ROAD", 36, 56, 2, INK);
        c.text("4051 BASEL", 36, 78, 2, INK);
        barcode(c, 36, 100, 200, 50);
        c.rect(300, 26, 120, 84, RED);
        c.rect(308, 34, 104, 68, WHITE);
        c.text("24H", 318, 48, 5, RED);
        c.text("APPRENTICE", 196, 244, 4, BLUE);
        c.rect(196, 280, 232, 8, BLUE);
    }

    private static void bottom(Canvas c) {
        c.rect(0, 130, 448, 44, TAPE);
        c.rect(60, 0, 120, 304, VIOLET);
        c.text("BASE", 222, 40, 8, VIOLET);
        c.text("RECYCLE", 222, 220, 5, INK);
        c.polygon(WHITE, 120, 30, 165, 110, 75, 110);
        c.polygon(VIOLET, 120, 56, 143, 97, 97, 97);
    }

    private static void red(Canvas c) {
        c.rect(0, 46, 304, 100, RED);
        c.rect(0, 54, 304, 5, WHITE);
        c.rect(0, 133, 304, 5, WHITE);
        c.text("FRAGILE", 28, 71, 6, WHITE);
        c.text("HANDLE WITH CARE", 14, 160, 2, INK);
        c.polygon(INK, 250, 8, 290, 8, 274, 26, 274, 36, 284, 40, 256, 40, 266, 36, 266, 26);
    }

    private static void blue(Canvas c) {
        c.rect(18, 20, 170, 152, BLUE);
        c.text("A", 60, 40, 17, WHITE);
        c.text("LOT", 208, 36, 4, BLUE);
        c.text("7", 222, 80, 10, BLUE);
        c.rect(204, 164, 84, 10, INK);
    }

    private static void green(Canvas c) {
        c.rect(0, 128, 448, 64, GREEN);
        c.text("THIS SIDE UP", 34, 143, 5, WHITE);
        c.upArrow(300, 14, 54, 104, GREEN);
        c.upArrow(370, 14, 54, 104, GREEN);
        c.text("KEEP DRY", 24, 24, 4, INK);
        c.rect(24, 64, 160, 6, INK);
    }

    private static void yellow(Canvas c) {
        c.rect(0, 0, 448, 78, INK);
        for (int x = -80; x < 448; x += 80) {
            c.polygon(YELLOW, x, 78, x + 40, 78, x + 118, 0, x + 78, 0);
        }
        c.text("HEAVY", 24, 102, 7, INK);
        c.text("12 KG", 266, 108, 5, INK);
        c.rect(400, 150, 36, 30, YELLOW);
    }

    private static void barcode(Canvas c, int x, int y, int width, int height) {
        SplittableRandom random = new SplittableRandom(42);
        for (int at = x; at < x + width - 6; ) {
            int bar = random.nextInt(2, 7);
            c.rect(at, y, bar, height, INK);
            at += bar + random.nextInt(2, 6);
        }
    }

    /** Paper grain, the corrugation below it, blotches, and edges rubbed pale. */
    private static void wear(Canvas c, SplittableRandom random) {
        double phase = random.nextDouble() * 6;
        c.shade((x, y) -> {
            int edge = Math.min(Math.min(x, y), Math.min(c.width() - 1 - x, c.height() - 1 - y));
            double rub = edge < 4 ? 0.82 + 0.04 * edge : 1;
            double flute = 0.025 * Math.sin(y * 0.8 + phase);
            double blotch = 0.05 * Math.sin(x * 0.021 + phase) * Math.sin(y * 0.033 - phase);
            return rub * (1 + flute + blotch + 0.05 * (random.nextDouble() - 0.5));
        });
    }
}
