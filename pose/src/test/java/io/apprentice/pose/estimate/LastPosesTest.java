package io.apprentice.pose.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.pose.geometry.Se3;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LastPosesTest {

    private final LastPoses poses = new LastPoses(2);

    @Test
    void of_afterOneLostFrame_stillHints() {
        poses.update("left", "parcel", Optional.of(Se3.IDENTITY));
        poses.update("left", "parcel", Optional.empty());

        assertThat(poses.of("left", "parcel")).contains(Se3.IDENTITY);
        assertThat(poses.of("right", "parcel")).isEmpty();
    }

    @Test
    void of_afterTwoLostFramesInARow_isForgotten() {
        poses.update("left", "parcel", Optional.of(Se3.IDENTITY));
        poses.update("left", "parcel", Optional.empty());
        poses.update("left", "parcel", Optional.empty());

        assertThat(poses.of("left", "parcel")).isEmpty();
    }

    @Test
    void searches_countsThoseSinceItWasFound() {
        poses.update("left", "parcel", Optional.of(Se3.IDENTITY), true);
        poses.update("left", "parcel", Optional.empty(), true);
        poses.update("left", "parcel", Optional.empty(), false);
        poses.update("left", "parcel", Optional.empty(), true);
        assertThat(poses.searches("left", "parcel")).isEqualTo(2);

        poses.update("left", "parcel", Optional.of(Se3.IDENTITY), false);
        assertThat(poses.searches("left", "parcel")).isZero();
    }

    @Test
    void of_foundAgainInBetween_countsAnew() {
        poses.update("left", "parcel", Optional.of(Se3.IDENTITY));
        poses.update("left", "parcel", Optional.empty());
        poses.update("left", "parcel", Optional.of(Se3.IDENTITY));
        poses.update("left", "parcel", Optional.empty());

        assertThat(poses.of("left", "parcel")).isPresent();
    }
}
