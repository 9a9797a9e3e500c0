package io.apprentice.learning.sample;

import io.apprentice.pose.code.SurfaceCodebook;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.TriangleMesh;
import io.apprentice.pose.prediction.CellGrid;
import java.util.Arrays;

/** The codes of the surface points that the cells of a crop show if an object has a pose and nothing hides it. */
final class SurfaceDrawing {

    private final CellGrid grid;
    private final int columns;
    private final double[] inverseDepth;
    private final int[] codes;

    private SurfaceDrawing(CellGrid grid) {
        this.grid = grid;
        columns = grid.width() / grid.stride(0);
        inverseDepth = new double[grid.cells()];
        codes = new int[grid.cells()];
        Arrays.fill(codes, -1);
    }

    /**
     * Draws.
     *
     * @param grid of one level
     * @param frameToCrop any affine map
     * @return the code at the centre of each cell, -1 where the mesh is not seen; triangles that reach behind the camera are
     *     left out
     */
    static int[] codes(
            TriangleMesh mesh,
            SurfaceCodebook codebook,
            Se3 objectToCamera,
            CameraIntrinsics intrinsics,
            Affine2 frameToCrop,
            CellGrid grid) {
        SurfaceDrawing drawing = new SurfaceDrawing(grid);
        float[] p = mesh.positions();
        int[] t = mesh.triangles();
        for (int i = 0; i < t.length; i += 3) {
            double[] corners = new double[18];
            boolean inFront = true;
            for (int c = 0; c < 3; c++) {
                int v = 3 * t[i + c];
                Vec3 seen = objectToCamera.transform(new Vec3(p[v], p[v + 1], p[v + 2]));
                double x = intrinsics.projectX(seen);
                double y = intrinsics.projectY(seen);
                double w = 1 / seen.z();
                inFront &= seen.z() > 0;
                // where it is drawn, then what is linear in the picture: the inverse depth, and the point times it
                double[] corner = {frameToCrop.u(x, y), frameToCrop.v(x, y), w, w * p[v], w * p[v + 1], w * p[v + 2]};
                System.arraycopy(corner, 0, corners, 6 * c, 6);
            }
            if (inFront) {
                drawing.fill(corners, codebook);
            }
        }
        return drawing.codes;
    }

    private void fill(double[] c, SurfaceCodebook codebook) {
        double area = cross(c, 0, 6, c[12], c[13]);
        if (!(Math.abs(area) > 0)) {
            return;
        }
        int stride = grid.stride(0);
        int rows = grid.cells() / columns;
        int left = (int) Math.max(0, Math.ceil(Math.min(c[0], Math.min(c[6], c[12])) / stride - 0.5));
        int right = (int) Math.min(columns - 1, Math.floor(Math.max(c[0], Math.max(c[6], c[12])) / stride - 0.5));
        int top = (int) Math.max(0, Math.ceil(Math.min(c[1], Math.min(c[7], c[13])) / stride - 0.5));
        int bottom = (int) Math.min(rows - 1, Math.floor(Math.max(c[1], Math.max(c[7], c[13])) / stride - 0.5));
        for (int row = top; row <= bottom; row++) {
            for (int column = left; column <= right; column++) {
                int cell = row * columns + column;
                double x = grid.centreX(cell);
                double y = grid.centreY(cell);
                double ofA = cross(c, 6, 12, x, y) / area;
                double ofB = cross(c, 12, 0, x, y) / area;
                double ofC = 1 - ofA - ofB;
                double w = ofA * c[2] + ofB * c[8] + ofC * c[14];
                if (ofA >= 0 && ofB >= 0 && ofC >= 0 && w > inverseDepth[cell]) {
                    inverseDepth[cell] = w;
                    codes[cell] = codebook.code(
                            (ofA * c[3] + ofB * c[9] + ofC * c[15]) / w,
                            (ofA * c[4] + ofB * c[10] + ofC * c[16]) / w,
                            (ofA * c[5] + ofB * c[11] + ofC * c[17]) / w);
                }
            }
        }
    }

    /** Twice the signed area of two corners and a point. */
    private static double cross(double[] c, int a, int b, double x, double y) {
        return (c[b] - c[a]) * (y - c[a + 1]) - (c[b + 1] - c[a + 1]) * (x - c[a]);
    }
}
