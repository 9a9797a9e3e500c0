package io.apprentice.pose.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.SurfaceSpread;
import io.apprentice.pose.object.TriangleMesh;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SurfaceCodebookTest {

    private static final TriangleMesh BOX = box(0.1f);
    private static final double[] POINTS = SurfaceSpread.points(BOX, 100_000);

    /** 0.3 x 0.2 m and this high. */
    private static TriangleMesh box(float height) {
        float[] corners = new float[24];
        for (int i = 0; i < 8; i++) {
            corners[3 * i] = (i & 1) * 0.3f;
            corners[3 * i + 1] = (i >> 1 & 1) * 0.2f;
            corners[3 * i + 2] = (i >> 2) * height;
        }
        return TriangleMesh.of(corners, new int[] {
            0, 2, 1, 1, 2, 3, 4, 5, 6, 5, 7, 6, 0, 1, 4, 1, 5, 4, 2, 6, 3, 3, 6, 7, 0, 4, 2, 2, 4, 6, 1, 3, 5, 3, 7, 5
        });
    }

    @Test
    void of_givenABox_halvesTheAreaAtEachLevel() {
        SurfaceCodebook codes = SurfaceCodebook.of(BOX, 8);
        int[] counts = new int[1 << 8];
        for (int i = 0; i < POINTS.length; i += 3) {
            counts[codes.code(POINTS[i], POINTS[i + 1], POINTS[i + 2])]++;
        }
        // other points than those that were split: each part has 391 of them, up to its border
        for (int count : counts) {
            assertThat(count).isBetween(391 - 60, 391 + 60);
        }
    }

    @Test
    void code_namesThePartThatThePointLiesIn() {
        SurfaceCodebook codes = SurfaceCodebook.of(BOX, 12);
        double squares = 0;
        for (int i = 0; i < POINTS.length; i += 3) {
            int part = codes.part(codes.code(POINTS[i], POINTS[i + 1], POINTS[i + 2]));
            Vec3 centre = codes.centre(part);
            squares += centre.minus(new Vec3(POINTS[i], POINTS[i + 1], POINTS[i + 2]))
                    .dot(centre.minus(new Vec3(POINTS[i], POINTS[i + 1], POINTS[i + 2])));
        }
        double distance = Math.sqrt(squares / (POINTS.length / 3.0));
        // a square of 1/4096 of the surface has its points 0.41 of its side from its middle
        double ofSquares = Math.sqrt(0.22 / 4096 / 6);
        assertThat(distance).isBetween(0.9 * ofSquares, 1.3 * ofSquares);
        assertThat(codes.spread(codes.part(7))).isCloseTo(distance, within(0.5 * distance));
    }

    @Test
    void spread_fallsFromPartToHalf() {
        SurfaceCodebook codes = SurfaceCodebook.of(BOX, 10);
        for (int part = 2; part < 2 << 10; part++) {
            assertThat(codes.spread(part)).isLessThan((float) codes.spread(part / 2) * 1.05f);
        }
        assertThat(SurfaceCodebook.depth(1)).isZero();
        assertThat(SurfaceCodebook.depth(codes.part(0))).isEqualTo(10);
    }

    @Test
    void toBytes_holdsWhatItsDocumentSays() {
        SurfaceCodebook codes = SurfaceCodebook.of(BOX, 8);
        ByteBuffer bytes = ByteBuffer.wrap(codes.toBytes());
        assertThat(bytes.getInt()).isEqualTo(0x434f4401);
        assertThat(bytes.getInt()).isEqualTo(8);
        assertThat(bytes.capacity()).isEqualTo(8 + 4 * (256 * 4 + 512 * 3 + 512));
        int centres = 8 + 4 * 256 * 4;
        assertThat(bytes.getFloat(centres + 4 * 3 * 300))
                .isEqualTo((float) codes.centre(300).x());
        // the first plane halves the longest side
        assertThat(Math.abs(bytes.getFloat(8 + 16) * codes.centre(2).x() - bytes.getFloat(8 + 28)))
                .isGreaterThan(0);
    }

    @Test
    void sha256_ofTheSameShape_isTheSame() {
        TriangleMesh same = box(0.1f);
        assertThat(SurfaceCodebook.of(same, 8)).isNotSameAs(SurfaceCodebook.of(BOX, 8));
        assertThat(SurfaceCodebook.of(BOX, 8)).isSameAs(SurfaceCodebook.of(BOX, 8));
        assertThat(SurfaceCodebook.of(same, 8).sha256())
                .isEqualTo(SurfaceCodebook.of(BOX, 8).sha256())
                .isNotEqualTo(SurfaceCodebook.of(BOX, 9).sha256())
                .isNotEqualTo(SurfaceCodebook.of(box(0.11f), 8).sha256());
    }

    @Test
    void of_givenTooManyBits_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SurfaceCodebook.of(BOX, 17))
                .withMessage("code bits: expected 8 to 16, got 17");
    }
}
