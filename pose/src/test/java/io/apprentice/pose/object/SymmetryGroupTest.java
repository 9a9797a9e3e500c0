package io.apprentice.pose.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SymmetryGroupTest {

    private static final Vec3 Z = new Vec3(0, 0, 1);
    private static final SymmetryGroup CYLINDER = new SymmetryGroup(
            List.of(new Se3(Quaternion.about(new Vec3(1, 0, 0), Math.PI), new Vec3(0, 0.06, 0.02))),
            List.of(new SymmetryGroup.Axis(new Vec3(0, 0, 2), new Vec3(0.01, 0.03, 0))));

    private final Random random = new Random(5);

    /** As near as the nearest of the listed motions, and nearer by up to half a step of 2 pi / 315. */
    @Test
    void towards_givenACylinder_isTheNearestOfAll() {
        for (int i = 0; i < 50; i++) {
            Se3 pose = anyPose();
            Quaternion wanted = anyPose().rotation();
            double listed = CYLINDER.transforms(0.01).stream()
                    .mapToDouble(s -> pose.times(s).rotation().angleTo(wanted))
                    .min()
                    .orElseThrow();
            double nearest =
                    pose.times(CYLINDER.towards(pose, wanted)).rotation().angleTo(wanted);
            assertThat(nearest).isBetween(listed - Math.PI / 315, listed + 1e-9);
        }
    }

    @Test
    void towards_givenTheSameLookFromFrameToFrame_doesNotJump() {
        Se3 last = anyPose();
        for (Se3 motion : CYLINDER.transforms(0.3)) {
            Se3 told = last.times(motion);
            Se3 steady = told.times(CYLINDER.towards(told, last.rotation()));
            assertThat(steady.rotation().angleTo(last.rotation())).isLessThan(1e-6);
            assertThat(steady.translation().minus(last.translation()).norm()).isLessThan(1e-6);
        }
    }

    @Test
    void canonical_givenPosesThatLookTheSame_isOne() {
        Se3 pose = anyPose();
        Se3 canonical = CYLINDER.canonical(pose);
        for (Se3 motion : CYLINDER.transforms(0.3)) {
            Se3 other = CYLINDER.canonical(pose.times(motion));
            assertThat(other.rotation().angleTo(canonical.rotation())).isLessThan(1e-6);
        }
        assertThat(SymmetryGroup.NONE.canonical(pose).rotation().angleTo(pose.rotation()))
                .isCloseTo(0, within(1e-7));
        assertThat(SymmetryGroup.NONE.towards(pose, Quaternion.about(Z, 1))).isEqualTo(Se3.IDENTITY);
    }

    private Se3 anyPose() {
        Quaternion rotation = new Quaternion(
                random.nextGaussian(), random.nextGaussian(), random.nextGaussian(), random.nextGaussian());
        return new Se3(rotation, new Vec3(random.nextGaussian(), random.nextGaussian(), 3 + random.nextGaussian()));
    }
}
