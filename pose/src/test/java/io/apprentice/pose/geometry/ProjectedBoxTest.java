package io.apprentice.pose.geometry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProjectedBoxTest {
    private static final CameraIntrinsics CAMERA = new CameraIntrinsics(100, 200, 50, 40, 100, 80);
    private static final List<Vec3> POINTS = List.of(new Vec3(-0.5, 0, 0), new Vec3(0.1, 0.2, 0), new Vec3(0, -0.1, 1));

    @Test
    void of_givenPointsInFront_isAroundTheirPixels() {
        Se3 ahead = new Se3(Quaternion.IDENTITY, new Vec3(0, 0, 1));

        ProjectedBox box = ProjectedBox.of(POINTS, ahead, CAMERA).orElseThrow();

        assertThat(box).isEqualTo(new ProjectedBox(0, 30, 60, 80));
        assertThat(box.centreX()).isEqualTo(30);
        assertThat(box.centreY()).isEqualTo(55);
        assertThat(box.longerSide()).isEqualTo(60);
    }

    @Test
    void of_givenAPointBehindTheCamera_isEmpty() {
        Se3 around = new Se3(Quaternion.IDENTITY, new Vec3(0, 0, -0.5));

        assertThat(ProjectedBox.of(POINTS, around, CAMERA)).isEmpty();
    }
}
