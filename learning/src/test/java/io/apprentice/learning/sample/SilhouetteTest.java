package io.apprentice.learning.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.TriangleMesh;
import org.junit.jupiter.api.Test;

class SilhouetteTest {

    private static final CameraIntrinsics CAMERA = new CameraIntrinsics(100, 100, 50, 50, 100, 100);
    /** A square of 0.2 m, seen from 1 m as 20 x 20 pixels around the principal point. */
    private static final TriangleMesh SQUARE = TriangleMesh.of(
            new float[] {-0.1f, -0.1f, 0, 0.1f, -0.1f, 0, 0.1f, 0.1f, 0, -0.1f, 0.1f, 0}, new int[] {0, 1, 2, 0, 2, 3});

    @Test
    void draw_givenSquare_coversItsPixels() {
        byte[] mask = draw(new Vec3(0.003, 0.003, 1));

        for (int y = 0; y < 50; y++) {
            for (int x = 0; x < 50; x++) {
                // the crop shows frame pixels 25 to 74; the square reaches from 40.3 to 60.3
                boolean inside = x + 25 >= 41 && x + 25 <= 60 && y + 25 >= 41 && y + 25 <= 60;
                assertThat(mask[50 * y + x]).as("pixel %d %d", x, y).isEqualTo((byte) (inside ? 1 : 0));
            }
        }
    }

    @Test
    void draw_givenMeshBehindCameraOrOutside_staysEmpty() {
        assertThat(draw(new Vec3(0, 0, -1))).containsOnly(0);
        assertThat(draw(new Vec3(5, 0, 1))).containsOnly(0);
    }

    private static byte[] draw(Vec3 position) {
        return Silhouette.draw(
                SQUARE, new Se3(Quaternion.IDENTITY, position), CAMERA, new Affine2(1, 0, -25, 0, 1, -25), 50);
    }
}
