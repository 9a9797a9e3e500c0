package io.apprentice.scene.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.Shapes;
import io.apprentice.pose.object.Texture;
import io.apprentice.pose.object.TriangleMesh;
import io.apprentice.scene.parcel.Parcel;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RendererTest {
    private static final int W = 160;
    private static final int H = 120;
    private static final CameraIntrinsics CAMERA = new CameraIntrinsics(150, 150, 79.5, 59.5, W, H);
    private static final Light WHITE = new Light(new Vec3(0, 0, -1), new Vec3(1, 1, 1), Vec3.ZERO);

    private final Renderer renderer = new Renderer(W, H);
    private final byte[] rgb = new byte[3 * W * H];

    private void begin() {
        renderer.begin(CAMERA, Se3.IDENTITY, WHITE);
    }

    private static Vec3 ray(double px, double py) {
        return new Vec3((px - CAMERA.cx()) / CAMERA.fx(), (py - CAMERA.cy()) / CAMERA.fy(), 1);
    }

    private static TriangleMesh quad(float half) {
        return TriangleMesh.of(
                new float[] {-half, -half, 0, half, -half, 0, half, half, 0, -half, half, 0},
                new int[] {0, 1, 2, 0, 2, 3});
    }

    @Test
    void depth_givenTiltedQuad_equalsThePlane() {
        Se3 pose = new Se3(Quaternion.about(new Vec3(1, 0.5, 0), 0.9), new Vec3(0.05, -0.02, 0.8));
        begin();
        renderer.draw(quad(2), pose, 0);

        Vec3 normal = pose.rotation().rotate(new Vec3(0, 0, 1));
        for (int py = 5; py < H; py += 17) {
            for (int px = 3; px < W; px += 13) {
                double depth = pose.translation().dot(normal) / ray(px, py).dot(normal);
                if (depth > 0.05 && depth < 1.5) {
                    assertThat(renderer.depth(px, py)).isCloseTo(depth, within(2e-4 * depth)); // float arithmetic
                }
            }
        }
    }

    @Test
    void draw_givenQuadThroughTheCamera_clipsAtTheNearPlane() {
        Se3 floor = new Se3(Quaternion.about(new Vec3(1, 0, 0), Math.PI / 2), new Vec3(0, 0.3, 0));
        begin();
        renderer.draw(quad(50), floor, 0);

        assertThat(renderer.depth(80, 119)).isCloseTo(0.3 / ray(80, 119).y(), within(1e-3));
        assertThat(renderer.depth(20, 80)).isCloseTo(0.3 / ray(20, 80).y(), within(1e-3));
        assertThat(renderer.depth(80, 10)).isInfinite();
    }

    @Test
    void draw_givenManyTrianglesThatShareEdges_coversEverySampleOnce() {
        int n = 24;
        SplittableRandom random = new SplittableRandom(5);
        float[] p = new float[3 * n * n];
        int[] triangles = new int[6 * (n - 1) * (n - 1)];
        for (int j = 0, t = 0; j < n; j++) {
            for (int i = 0; i < n; i++) {
                p[3 * (j * n + i)] = (float) (0.08 * (i - n / 2.0 + 0.6 * random.nextDouble()));
                p[3 * (j * n + i) + 1] = (float) (0.08 * (j - n / 2.0 + 0.6 * random.nextDouble()));
                if (i > 0 && j > 0) {
                    int d = j * n + i;
                    for (int corner : new int[] {d, d - 1, d - n - 1, d, d - n - 1, d - n}) {
                        triangles[t++] = corner;
                    }
                }
            }
        }
        TriangleMesh mesh = TriangleMesh.of(p, triangles);
        Se3 pose = new Se3(Quaternion.about(new Vec3(0, 0, 1), 0.3), new Vec3(0, 0, 0.7));
        begin();
        renderer.draw(mesh, pose, 4);
        renderer.resolve(rgb, 0);

        assertThat(renderer.visibleSamples(4)).isEqualTo(4L * W * H);
        assertThat(renderer.silhouette(mesh, pose)).isEqualTo(4L * W * H);
    }

    @Test
    void resolve_givenTiltedTexture_isPerspectiveCorrect() {
        int[] texels = new int[64 * 64];
        for (int i = 0; i < texels.length; i++) {
            texels[i] = i % 64 < 32 ? 0 : 0xffffff;
        }
        float[] uv = {0, 0, 1, 0, 1, 1, 0, 1};
        TriangleMesh mesh = quad(0.5f).withTexture(uv, new Texture(texels, 6, 6));
        begin();
        renderer.draw(mesh, new Se3(Quaternion.about(new Vec3(0, 1, 0), 1.1), new Vec3(0, 0, 1)), 0);
        renderer.resolve(rgb, 0x808080);

        // the middle of the texture is the middle of the quad, which projects to the principal point, not half way
        // between its edges
        int row = 3 * 60 * W;
        int edge = 0;
        for (int px = 50; px < 100; px++) {
            if ((rgb[row + 3 * px] & 255) < 58 != (rgb[row + 3 * px + 3] & 255) < 58) {
                edge = px;
            }
        }
        assertThat(edge + 0.5).isCloseTo(CAMERA.cx(), within(1.0));
    }

    @Test
    void resolve_givenFineCheckerboardFarAway_isGrey() {
        int[] texels = new int[256 * 256];
        for (int i = 0; i < texels.length; i++) {
            texels[i] = ((i ^ (i >> 8)) & 1) == 0 ? 0 : 0xffffff;
        }
        TriangleMesh mesh = quad(1.5f).withTexture(new float[] {0, 0, 8, 0, 8, 8, 0, 8}, new Texture(texels, 8, 8));
        begin();
        renderer.draw(mesh, new Se3(Quaternion.about(new Vec3(1, 0, 0), 0.5), new Vec3(0, 0, 1)), 0);
        renderer.resolve(rgb, 0x808080);

        for (byte value : rgb) {
            assertThat(value & 255).isBetween(107, 115); // half of white, the surface tilted by 0.5 against the lamp
        }
    }

    @Test
    void surface_givenParcel_liesOnTheBoxWhereThePixelLooks() {
        ObjectModel parcel = Parcel.model();
        Se3 pose = new Se3(Quaternion.about(new Vec3(1, 2, -0.5), 2.2), new Vec3(0.02, 0.01, 0.5));
        byte[] mask = new byte[W * H];
        float[] surface = new float[3 * W * H];
        begin();
        renderer.draw(parcel.mesh(), pose, 0);
        renderer.surface(0, pose, mask, surface);

        int seen = 0;
        for (int i = 0; i < W * H; i++) {
            assertThat(Float.isNaN(surface[i])).isEqualTo(mask[i] == 0);
            if (mask[i] == 1) {
                seen++;
                Vec3 point = new Vec3(surface[i], surface[W * H + i], surface[2 * W * H + i]);
                double onBox = Math.max(
                        Math.abs(point.x()) / 0.14, Math.max(Math.abs(point.y()) / 0.095, Math.abs(point.z()) / 0.06));
                assertThat(onBox).isBetween(0.98, 1.0005); // a pixel on an edge averages over both sides
                Vec3 inCamera = pose.transform(point);
                assertThat(CAMERA.projectX(inCamera)).isCloseTo(i % W, within(0.51));
                assertThat(CAMERA.projectY(inCamera)).isCloseTo(Math.floorDiv(i, W), within(0.51));
            }
        }
        assertThat(seen).isBetween(2000, W * H);
    }

    @Test
    void visibleSamples_givenHalfHiddenBox_areHalfOfTheSilhouette() {
        TriangleMesh box = Shapes.box(0.1f, 0.1f, 0.1f, 2, cubeAtlas(), new Texture(new int[] {0xffffff}, 0, 0));
        Se3 pose = new Se3(Quaternion.IDENTITY, new Vec3(0, 0, 0.9));
        begin();
        renderer.draw(box, pose, 0);
        renderer.draw(quad(0.2f), new Se3(Quaternion.IDENTITY, new Vec3(0.2, 0, 0.4)), Renderer.NO_OBJECT);
        renderer.resolve(rgb, 0);

        double visible = (double) renderer.visibleSamples(0) / renderer.silhouette(box, pose);
        assertThat(visible).isCloseTo(0.5, within(0.02));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.4, Math.PI - 0.4})
    void silhouette_givenOneSidedMesh_isWhatDrawShows(double turn) {
        TriangleMesh mesh = quad(0.1f).seenFromOutside();
        Se3 pose = new Se3(Quaternion.about(new Vec3(0, 1, 0), turn), new Vec3(0, 0, 0.9));
        begin();
        renderer.draw(mesh, pose, 0);
        renderer.resolve(rgb, 0);

        assertThat(renderer.silhouette(mesh, pose)).isEqualTo(renderer.visibleSamples(0));
    }

    private static float[][] cubeAtlas() {
        float[] whole = {0, 0, 1, 1};
        return new float[][] {whole, whole, whole, whole, whole, whole};
    }
}
