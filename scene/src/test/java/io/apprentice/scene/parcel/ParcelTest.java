package io.apprentice.scene.parcel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.SymmetryFinder;
import io.apprentice.pose.object.SymmetryFinder.Candidate;
import org.junit.jupiter.api.Test;

class ParcelTest {

    @Test
    void parcel_hasTheSizeItSays() {
        ObjectModel parcel = Parcel.model();

        assertThat(parcel.id()).isEqualTo("parcel");
        assertThat(parcel.diameter()).isCloseTo(Math.sqrt(0.28 * 0.28 + 0.19 * 0.19 + 0.12 * 0.12), within(1e-6));
        assertThat(parcel.keypoints()).hasSize(8);
        assertCloseTo(parcel.keypoints().get(0), new Vec3(-0.14, -0.095, -0.06));
        assertCloseTo(parcel.keypoints().get(1), new Vec3(-0.14, -0.095, 0.06));
        assertCloseTo(parcel.keypoints().get(2), new Vec3(-0.14, 0.095, -0.06));
        assertCloseTo(parcel.keypoints().get(7), new Vec3(0.14, 0.095, 0.06));
    }

    private static void assertCloseTo(Vec3 actual, Vec3 expected) {
        assertThat(actual.minus(expected).norm()).isLessThan(1e-6);
    }

    @Test
    void print_leavesNoSymmetry() {
        assertThat(SymmetryFinder.group(SymmetryFinder.find(Parcel.model()), Candidate::sameLook)
                        .isSymmetric())
                .isFalse();
    }
}
