package io.apprentice.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.parcel.Parcel;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class SyntheticCameraTest {
    private static final ObjectModel PARCEL = Parcel.model();

    private static SyntheticCamera camera(long seed, OptionalLong shift) {
        return new SyntheticCamera(List.of(PARCEL), new SceneSettings(seed, 160, 120, 15, shift));
    }

    @Test
    void frame_givenSameSeedAndIndex_isTheSameInAnyOrder() {
        SyntheticCamera one = camera(7, OptionalLong.empty());
        SyntheticCamera other = camera(7, OptionalLong.empty());
        other.frame(90);

        assertThat(one.frame(31).image().rgb())
                .isEqualTo(other.frame(31).image().rgb());
        assertThat(one.frame(90).truth()).isEqualTo(other.frame(90).truth());
        assertThat(one.frame(31).image().rgb())
                .isNotEqualTo(camera(8, OptionalLong.empty()).frame(31).image().rgb());
    }

    @Test
    void frame_givenSeedAndIndex_isTheSameOnEveryMachine() {
        CRC32 sum = new CRC32();
        sum.update(camera(7, OptionalLong.empty()).frame(31).image().rgb());

        assertThat(sum.getValue())
                .as("of this renderer's pixels; who changes what is drawn looks at pictures and writes a new one")
                .isEqualTo(3_737_933_944L);
    }

    @Test
    void frame_givenShift_changesTheWorldButNotTheMotion() {
        SyntheticCamera steady = camera(7, OptionalLong.empty());
        SyntheticCamera shifting = camera(7, OptionalLong.of(40));

        assertThat(shifting.frame(39).image().rgb())
                .isEqualTo(steady.frame(39).image().rgb());
        assertThat(shifting.frame(40).image().rgb())
                .isNotEqualTo(steady.frame(40).image().rgb());
        assertThat(shifting.frame(40).truth().get(0).objectToCamera())
                .isEqualTo(steady.frame(40).truth().get(0).objectToCamera());
        assertThat(brightness(shifting.frame(40))).isLessThan(0.85 * brightness(steady.frame(40)));
    }

    private static double brightness(SyntheticFrame frame) {
        double sum = 0;
        for (byte value : frame.image().rgb()) {
            sum += value & 255;
        }
        return sum / frame.image().rgb().length;
    }

    @Test
    void frame_givenAnyTime_showsTheParcelAndMovesSmoothly() {
        SyntheticCamera camera = camera(3, OptionalLong.empty());
        Se3 last = null;
        double visible = 0;
        int frames = 160;
        for (int i = 0; i < frames; i++) {
            SyntheticFrame frame = camera.frame(i);
            TruePose truth = frame.truth().get(0);
            Se3 pose = truth.objectToCamera();
            Vec3 centre = pose.translation();
            assertThat(frame.intrinsics().projectX(centre)).isBetween(16.0, 144.0);
            assertThat(frame.intrinsics().projectY(centre)).isBetween(8.0, 112.0);
            assertThat(centre.z()).isBetween(0.45, 1.15);
            assertThat(truth.visibleFraction()).isBetween(0.0, 1.0);
            visible += truth.visibleFraction() / frames;
            if (last != null) {
                assertThat(centre.minus(last.translation()).norm()).isLessThan(0.04);
                assertThat(pose.rotation().angleTo(last.rotation())).isLessThan(Math.toRadians(5));
            }
            last = pose;
        }
        assertThat(visible).isBetween(0.7, 1.0); // sometimes something is in front
    }

    @Test
    void frame_givenSeveralObjects_hasATruthForEach() {
        ObjectModel small = ObjectModel.of("small", PARCEL.mesh().scaled(0.5));
        SyntheticCamera camera =
                new SyntheticCamera(List.of(PARCEL, small), new SceneSettings(1, 160, 120, 15, OptionalLong.empty()));

        List<TruePose> truth = camera.frame(5).truth();

        assertThat(truth).extracting(TruePose::objectId).containsExactly("parcel", "small");
        Vec3 apart = truth.get(0)
                .objectToCamera()
                .translation()
                .minus(truth.get(1).objectToCamera().translation());
        assertThat(apart.norm()).isCloseTo(0.4, within(0.1));
    }

    @Test
    void camera_givenBadSettings_namesTheKey() {
        assertThatThrownBy(() -> new SceneSettings(1, 10, 480, 15, OptionalLong.empty()))
                .hasMessageContaining("scene.width");
        assertThatThrownBy(() -> camera(1, OptionalLong.empty()).frame(-1)).hasMessageContaining("-1");
    }
}
