package io.apprentice.learning.online;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ViewBinTest {

    private static final Vec3 BEFORE_THE_CAMERA = new Vec3(0, 0, 0.75);

    @Test
    void of_aTurnOfTheObjectAboutTheLineOfSight_changesOnlyTheRoll() {
        Quaternion tilt = Quaternion.about(new Vec3(1, 0, 0), 1.05);
        ViewBin upright = ViewBin.of(new Se3(tilt, BEFORE_THE_CAMERA));
        ViewBin rolled = ViewBin.of(
                new Se3(Quaternion.about(new Vec3(0, 0, 1), Math.toRadians(75)).times(tilt), BEFORE_THE_CAMERA));

        assertThat(rolled.roll()).isNotEqualTo(upright.roll());
        assertThat(new ViewBin(rolled.face(), rolled.u(), rolled.v(), upright.roll(), rolled.distance()))
                .isEqualTo(upright);
    }

    @Test
    void of_twiceTheDistance_changesOnlyTheDistance() {
        Quaternion tilt = new Quaternion(0.2, 0.4, 0.1, 0.9);
        ViewBin near = ViewBin.of(new Se3(tilt, BEFORE_THE_CAMERA));
        ViewBin far = ViewBin.of(new Se3(tilt, BEFORE_THE_CAMERA.times(2)));

        assertThat(far.distance() - near.distance()).isBetween(3, 4); // 1.25^3 is 1.95, 1.25^4 is 2.44
        assertThat(new ViewBin(far.face(), far.u(), far.v(), far.roll(), near.distance()))
                .isEqualTo(near);
    }

    @Test
    void of_allDirections_usesEveryCellOfEverySide() {
        SplittableRandom random = new SplittableRandom(1);
        Set<String> cells = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            Quaternion any = new Quaternion(
                    random.nextGaussian(), random.nextGaussian(), random.nextGaussian(), random.nextGaussian());
            ViewBin bin = ViewBin.of(new Se3(any, BEFORE_THE_CAMERA));
            cells.add(bin.face() + " " + bin.u() + " " + bin.v());
        }

        assertThat(cells).hasSize(6 * 8 * 8);
    }
}
