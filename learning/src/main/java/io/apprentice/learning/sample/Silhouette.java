package io.apprentice.learning.sample;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.TriangleMesh;

/** The pixels of a crop that a mesh covers when nothing hides it. */
final class Silhouette {

    private Silhouette() {}

    /**
     * Draws.
     *
     * @param mesh in the object frame, metres
     * @param frameToCrop any affine map
     * @param size side of the crop, pixels
     * @return size x size, 1 where the mesh is seen; triangles that reach behind the camera are left out
     */
    static byte[] draw(
            TriangleMesh mesh, Se3 objectToCamera, CameraIntrinsics intrinsics, Affine2 frameToCrop, int size) {
        float[] positions = mesh.positions();
        double[] image = new double[positions.length / 3 * 2];
        for (int i = 0; i < image.length / 2; i++) {
            Vec3 point =
                    objectToCamera.transform(new Vec3(positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]));
            double x = intrinsics.projectX(point);
            double y = intrinsics.projectY(point);
            image[2 * i] = point.z() > 0 ? frameToCrop.u(x, y) : Double.NaN;
            image[2 * i + 1] = frameToCrop.v(x, y);
        }
        byte[] mask = new byte[size * size];
        int[] triangles = mesh.triangles();
        for (int t = 0; t < triangles.length; t += 3) {
            fill(mask, size, image, 2 * triangles[t], 2 * triangles[t + 1], 2 * triangles[t + 2]);
        }
        return mask;
    }

    /** Sets the pixels whose centre lies in the triangle or on its edge. */
    private static void fill(byte[] mask, int size, double[] image, int a, int b, int c) {
        double ax = image[a];
        double ay = image[a + 1];
        double bx = image[b];
        double by = image[b + 1];
        double cx = image[c];
        double cy = image[c + 1];
        double area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
        if (!(Math.abs(area) > 0)) {
            return; // no area, or a corner behind the camera (NaN)
        }
        double sign = Math.signum(area);
        int top = (int) Math.max(0, Math.ceil(Math.min(ay, Math.min(by, cy))));
        int bottom = (int) Math.min(size - 1, Math.floor(Math.max(ay, Math.max(by, cy))));
        int left = (int) Math.max(0, Math.ceil(Math.min(ax, Math.min(bx, cx))));
        int right = (int) Math.min(size - 1, Math.floor(Math.max(ax, Math.max(bx, cx))));
        for (int y = top; y <= bottom; y++) {
            for (int x = left; x <= right; x++) {
                boolean inside = sign * ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) >= 0
                        && sign * ((cx - bx) * (y - by) - (cy - by) * (x - bx)) >= 0
                        && sign * ((ax - cx) * (y - cy) - (ay - cy) * (x - cx)) >= 0;
                if (inside) {
                    mask[y * size + x] = 1;
                }
            }
        }
    }
}
