package io.apprentice.pose.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.SymmetryFinder.Candidate;
import io.apprentice.testing.ExampleData;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SymmetryFinderTest {
    private static final Texture WHITE = new Texture(new int[] {0xffffff}, 0, 0);

    /** Each face has a quarter of the texture's height and half its width; the lowest quarter is unused. */
    private static final float[][] ATLAS = {
        {0, 0, 0.5f, 0.25f}, {0.5f, 0, 1, 0.25f}, {0, 0.25f, 0.5f, 0.5f},
        {0.5f, 0.25f, 1, 0.5f}, {0, 0.5f, 0.5f, 0.75f}, {0.5f, 0.5f, 1, 0.75f}
    };

    /** Blotches, different on every face. */
    private static Texture printed() {
        SplittableRandom random = new SplittableRandom(7);
        int[] blotches = random.ints(64, 0, 1 << 24).toArray();
        int[] texels = new int[256 * 256];
        Arrays.setAll(texels, i -> blotches[i / 256 / 32 * 8 + i % 256 / 32]);
        return new Texture(texels, 8, 8);
    }

    private static ObjectModel box(double x, double y, double z, Texture texture) {
        return ObjectModel.of("box", Shapes.box((float) x / 2, (float) y / 2, (float) z / 2, 2, ATLAS, texture));
    }

    private static ObjectModel cylinder(double bottom, double top, Texture texture) {
        return ObjectModel.of("cylinder", Shapes.cylinder((float) bottom, (float) top, 0.05f, 48, texture));
    }

    private static SymmetryGroup look(ObjectModel object) {
        return SymmetryFinder.group(SymmetryFinder.find(object), Candidate::sameLook);
    }

    private static SymmetryGroup shape(ObjectModel object) {
        return SymmetryFinder.group(SymmetryFinder.find(object), Candidate::sameShape);
    }

    /** Number of motions, the identity included. */
    private static int order(SymmetryGroup group) {
        assertThat(group.continuous()).isEmpty();
        return 1 + group.discrete().size();
    }

    @Test
    void find_givenPlainCube_returnsIts24Rotations() {
        ObjectModel cube = box(0.0845, 0.0845, 0.0845, WHITE);

        SymmetryGroup group = look(cube);

        assertThat(order(group)).isEqualTo(24);
        for (Se3 motion : group.discrete()) { // each takes corners to corners
            for (Vec3 corner : cube.keypoints()) {
                Vec3 moved = motion.transform(corner);
                assertThat(cube.keypoints())
                        .anyMatch(other -> other.minus(moved).norm() < 1e-3 * cube.diameter());
            }
        }
    }

    @Test
    void find_givenPrintedCube_returnsNoneButTheSameShape() {
        ObjectModel cube = box(0.0845, 0.0845, 0.0845, printed());

        assertThat(order(look(cube))).isEqualTo(1);
        assertThat(order(shape(cube))).isEqualTo(24);
    }

    @Test
    void find_givenBoxesOfDifferentSides_tellsThemFromSquareOnes() {
        assertThat(order(look(box(0.1, 0.08, 0.06, WHITE)))).isEqualTo(4);
        assertThat(order(look(box(0.1, 0.09, 0.06, WHITE)))).isEqualTo(4);
        assertThat(order(look(box(0.1, 0.1, 0.06, WHITE)))).isEqualTo(8);
    }

    @Test
    void find_givenCubeAnywhereInItsFrame_findsTheSame() {
        TriangleMesh cube = box(0.0845, 0.0845, 0.0845, WHITE).mesh();
        Se3 moved = new Se3(Quaternion.about(new Vec3(1, 2, -0.5), 0.7), new Vec3(0.3, -0.1, 0.2));
        float[] positions = cube.positions().clone();
        for (int i = 0; i < positions.length; i += 3) {
            Vec3 p = moved.transform(new Vec3(positions[i], positions[i + 1], positions[i + 2]));
            positions[i] = (float) p.x();
            positions[i + 1] = (float) p.y();
            positions[i + 2] = (float) p.z();
        }

        SymmetryGroup group = look(ObjectModel.of("cube", TriangleMesh.of(positions, cube.triangles())));

        assertThat(order(group)).isEqualTo(24);
        assertThat(group.discrete())
                .allSatisfy(motion -> assertThat(motion.transform(moved.translation())
                                .minus(moved.translation())
                                .norm())
                        .isLessThan(1e-4));
    }

    @Test
    void find_givenCylinder_turnsByAnyAngleAndOver() {
        SymmetryGroup group = look(cylinder(0.03, 0.03, WHITE));

        assertThat(group.continuous()).hasSize(1);
        assertThat(Math.abs(group.continuous().get(0).direction().z())).isCloseTo(1, within(1e-9));
        assertThat(group.discrete()).hasSize(1);
        assertThat(group.discrete().get(0).rotation().rotate(new Vec3(0, 0, 1)).z())
                .isCloseTo(-1, within(1e-9));
    }

    @Test
    void find_givenStumpOfCone_turnsByAnyAngleButNotOver() {
        SymmetryGroup group = look(cylinder(0.03, 0.02, WHITE));

        assertThat(group.continuous()).hasSize(1);
        assertThat(group.discrete()).isEmpty();
    }

    @Test
    void find_givenCylinderWithLabelTwiceAround_keepsTheHalfTurnOnly() {
        // red, white, red, white around the side; white caps
        TriangleMesh stump = Shapes.cylinder(0.03f, 0.02f, 0.05f, 48, WHITE);
        byte[] colours = new byte[3 * stump.vertices()];
        Arrays.fill(colours, (byte) -1);
        for (int i = 0; i < 2 * 49; i++) {
            if (i % 49 / 12 % 2 == 0) {
                colours[3 * i + 1] = 0;
                colours[3 * i + 2] = 0;
            }
        }

        SymmetryGroup group = look(ObjectModel.of("stump", stump.withColours(colours)));

        assertThat(group.continuous()).isEmpty();
        assertThat(group.discrete()).hasSize(1);
        assertThat(group.discrete().get(0).rotation().angleTo(Quaternion.IDENTITY))
                .isCloseTo(Math.PI, within(1e-6));
    }

    @Test
    void find_givenBall_turnsAboutSeveralAxes() {
        int n = 40;
        float[] positions = new float[3 * n * (n + 1)];
        int[] triangles = new int[6 * n * n];
        for (int i = 0; i <= n; i++) {
            for (int j = 0; j < n; j++) {
                double down = Math.PI * i / n;
                double around = 2 * Math.PI * j / n;
                int at = 3 * (i * n + j);
                positions[at] = (float) (0.1 * Math.sin(down) * Math.cos(around));
                positions[at + 1] = (float) (0.1 * Math.sin(down) * Math.sin(around));
                positions[at + 2] = (float) (0.1 * Math.cos(down));
                if (i < n) {
                    int right = i * n + (j + 1) % n;
                    int[] two = {i * n + j, i * n + n + j, right + n, i * n + j, right + n, right};
                    System.arraycopy(two, 0, triangles, 6 * (i * n + j), 6);
                }
            }
        }

        assertThat(look(ObjectModel.of("ball", TriangleMesh.of(positions, triangles)))
                        .continuous())
                .hasSizeGreaterThan(1);
    }

    @Test
    void find_givenFlatNothing_saysSo() {
        ObjectModel line =
                ObjectModel.of("line", TriangleMesh.of(new float[] {0, 0, 0, 1, 0, 0, 2, 0, 0}, new int[] {0, 1, 2}));

        assertThatThrownBy(() -> SymmetryFinder.find(line)).hasMessageContaining("area above 0");
    }

    @Test
    void find_givenRealCube_returnsNone() throws IOException {
        ObjectModel cube = ObjectModels.load(
                "cube", ExampleData.path("visp-cube/model/cube.obj").toString());

        assertThat(order(look(cube))).isEqualTo(1);
        assertThat(order(shape(cube))).isEqualTo(24);
    }

    @Test
    void find_givenScannedEggbox_proposesTheHalfTurnThatBopStates() throws IOException {
        ObjectModel eggbox = ObjectModels.load(
                "eggbox", ExampleData.path("lmo/models/obj_000010.ply").toString());
        Quaternion stated = eggbox.symmetries().discrete().get(0).rotation();

        List<Candidate> found = SymmetryFinder.find(eggbox);

        assertThat(found)
                .anySatisfy(
                        c -> assertThat(c.motion().rotation().angleTo(stated)).isLessThan(Math.toRadians(5)));
    }

    @Test
    void find_givenScannedDuck_returnsNone() throws IOException {
        ObjectModel duck = ObjectModels.load(
                "duck", ExampleData.path("lmo/models/obj_000009.ply").toString());

        assertThat(order(shape(duck))).isEqualTo(1);
    }
}
