package io.apprentice.pose.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.code.SurfaceCodebook;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.metrics.AddMetric;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.SurfaceSpread;
import io.apprentice.pose.object.TriangleMesh;
import io.apprentice.pose.solve.EpnpRansac;
import io.apprentice.pose.solve.PnpSolution;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SurfaceCodesTest {

    private static final int BITS = 12;
    private static final CameraIntrinsics CAMERA = new CameraIntrinsics(600, 600, 319.5, 239.5, 640, 480);
    private static final Se3 POSE = new Se3(Quaternion.about(new Vec3(0.3, 1, -0.4), 2.1), new Vec3(0.05, -0.03, 0.7));
    private static final ObjectModel BOX = ObjectModel.of("box", box());

    private static TriangleMesh box() {
        float[] corners = new float[24];
        for (int i = 0; i < 8; i++) {
            corners[3 * i] = (i & 1) * 0.28f - 0.14f;
            corners[3 * i + 1] = (i >> 1 & 1) * 0.19f - 0.095f;
            corners[3 * i + 2] = (i >> 2) * 0.12f - 0.06f;
        }
        return TriangleMesh.of(corners, new int[] {
            0, 2, 1, 1, 2, 3, 4, 5, 6, 5, 7, 6, 0, 1, 4, 1, 5, 4, 2, 6, 3, 3, 6, 7, 0, 4, 2, 2, 4, 6, 1, 3, 5, 3, 7, 5
        });
    }

    /** Codes of points all over the surface, each seen where the centre of its part is. */
    private static SurfaceCodes exact(int cells) {
        SurfaceCodebook codebook = SurfaceCodebook.of(BOX.mesh(), BITS);
        double[] points = SurfaceSpread.points(BOX.mesh(), cells);
        float[] seen = new float[2 * cells];
        float[] codes = new float[cells * BITS];
        for (int i = 0; i < cells; i++) {
            int code = codebook.code(points[3 * i], points[3 * i + 1], points[3 * i + 2]);
            Vec3 at = POSE.transform(codebook.centre(codebook.part(code)));
            seen[2 * i] = (float) CAMERA.projectX(at);
            seen[2 * i + 1] = (float) CAMERA.projectY(at);
            for (int bit = 0; bit < BITS; bit++) {
                codes[i * BITS + bit] = code >> (BITS - 1 - bit) & 1;
            }
        }
        float[] scores = new float[cells];
        Arrays.fill(scores, 1);
        return new SurfaceCodes(BITS, scores, seen, codes);
    }

    private static PnpSolution solve(SurfaceCodes codes) {
        return new EpnpRansac().solve(BOX, codes, CAMERA).orElseThrow();
    }

    private static double millimetres(PnpSolution solution) {
        return 1000 * AddMetric.add(BOX.mesh().positions(), solution.objectToCamera(), POSE);
    }

    @Test
    void solve_givenExactCodes_findsThePoseWithinATenthOfAMillimetre() {
        PnpSolution solution = solve(exact(400));
        assertThat(millimetres(solution)).isLessThan(0.1);
        assertThat(solution.inliers()).isEqualTo(400);
        // each cell counts as a tenth of what four hundred are for ten
        assertThat(solution.support()).isBetween(8.0, 10.0);
    }

    /** A wrong first bit puts a cell on the other half of the object, far away or, near the middle, not so far; a third are wrong. */
    @Test
    void solve_givenWrongCells_leavesThemOut() {
        SurfaceCodes codes = exact(400);
        for (int i = 0; i < 400; i += 3) {
            codes.codes()[i * BITS] = 1 - codes.codes()[i * BITS];
        }
        PnpSolution solution = solve(codes);
        assertThat(millimetres(solution)).isLessThan(0.5);
        assertThat(solution.inliers()).isBetween(266, 320);
    }

    @Test
    void correspondences_givenUnsureBits_takeTheLargerPart() {
        SurfaceCodes codes = exact(300);
        SurfaceCodebook codebook = SurfaceCodebook.of(BOX.mesh(), BITS);
        Correspondences sure = codes.correspondences(BOX);
        for (int i = 0; i < 100; i++) {
            codes.codes()[i * BITS + 7] = 0.55f;
        }
        for (int i = 100; i < 200; i++) {
            codes.codes()[i * BITS + 3] = 0.45f;
        }
        Correspondences some = codes.correspondences(BOX);
        // those of which only three bits are sure are left out
        assertThat(some.size()).isEqualTo(200);
        assertThat(some.weights()[0]).isLessThan(0.8 * some.weights()[150]).isPositive();
        assertThat(Arrays.stream(some.weights()).sum()).isCloseTo(200, within(1e-6));
        assertThat(Arrays.stream(sure.weights()).sum()).isCloseTo(300, within(1e-6));
        int part = 1;
        for (int bit = 0; bit < 7; bit++) {
            part = 2 * part + (int) codes.codes()[bit];
        }
        assertThat(some.points()[0]).isEqualTo(codebook.centre(part).x());
        assertThat(millimetres(solve(codes))).isLessThan(8.0);
    }

    @Test
    void solve_givenFewCells_isLostThoughTheyAgree() {
        SurfaceCodes all = exact(12);
        assertThat(new EpnpRansac().solve(BOX, all, CAMERA)).isEmpty();
    }

    @Test
    void mapped_movesThePlacesAlone() {
        SurfaceCodes codes = exact(20);
        SurfaceCodes moved = (SurfaceCodes) codes.mapped(new Affine2(2, 0, 5, 0, 3, -7));
        assertThat(moved.points()[0]).isCloseTo(2 * codes.points()[0] + 5, within(1e-3f));
        assertThat(moved.points()[1]).isCloseTo(3 * codes.points()[1] - 7, within(1e-3f));
        assertThat(moved.codes()).isEqualTo(codes.codes());
    }

    @Test
    void select_keepsTheCellsThatSeeTheObject() {
        LocalHead head = LocalHead.codes(8);
        CellGrid grid = head.grid(256, 256);
        assertThat(grid.cells()).isEqualTo(64 * 64);
        float[] logits = new float[grid.cells() * 2];
        float[] values = new float[grid.cells() * 2 * 8];
        Arrays.fill(logits, -3);
        SplittableRandom random = new SplittableRandom(1);
        for (int cell = 640; cell < 1000; cell++) {
            logits[2 * cell + 1] = 2;
            for (int bit = 0; bit < 8; bit++) {
                values[(2 * cell + 1) * 8 + bit] = (float) random.nextDouble(-4, 4);
            }
        }
        SurfaceCodes codes = (SurfaceCodes) head.select(grid, logits, 0, values, 2, 1);
        assertThat(codes.size()).isEqualTo(360);
        assertThat(codes.points()[0]).isEqualTo(2);
        assertThat(codes.points()[1]).isEqualTo(42);
        assertThat(codes.codes()[8 * 3 + 2])
                .isCloseTo((float) (1 / (1 + Math.exp(-values[(2 * 643 + 1) * 8 + 2]))), within(1e-6f));
        assertThat(head.select(grid, logits, 0, values, 2, 0).size()).isZero();
        Arrays.fill(logits, 2);
        assertThat(head.select(grid, logits, 0, values, 2, 0).size()).isEqualTo(SurfaceCodes.MOST_CELLS);
    }

    @Test
    void codes_givenOtherLengths_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SurfaceCodes(8, new float[2], new float[4], new float[15]))
                .withMessage("codes: expected 2 cells x 2 points and x 8 bits, got 4 and 15");
    }
}
