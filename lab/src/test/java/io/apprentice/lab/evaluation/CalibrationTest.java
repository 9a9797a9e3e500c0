package io.apprentice.lab.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.lab.evaluation.Calibration.Trial;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.scene.parcel.Parcel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class CalibrationTest {

    private static final double NONE = Double.POSITIVE_INFINITY;
    private static final Calibration FEW = new Calibration(List.of(
            new Trial(1, 0, true, false, 0.9, true, true, 8, 0.05, 4),
            new Trial(1, 1, true, true, 0.9, true, true, 8, 0.05, 12),
            new Trial(1, 2, true, true, 0.9, true, true, 6, 0.9, 80),
            new Trial(1, 3, true, true, 0.9, false, false, 4, 0.1, 5),
            new Trial(1, 4, true, true, 0.2, false, false, 2, 0.4, 5),
            new Trial(1, 0, false, false, 0, true, false, 5, NONE, NONE),
            new Trial(1, 1, false, true, 0, false, false, 1, NONE, NONE),
            new Trial(1, 2, false, false, 0, false, false, 0, NONE, NONE)));

    private static final long SEED = 95_028;

    @TempDir
    private Path folder;

    /** Quantiles from printed tables, four digits. */
    @Test
    void chiSquare_givenQuantiles_isTheirShare() {
        assertThat(Calibration.chiSquare(0)).isZero();
        assertThat(Calibration.chiSquare(5.348)).isCloseTo(0.5, within(1e-4));
        assertThat(Calibration.chiSquare(10.645)).isCloseTo(0.9, within(1e-4));
        assertThat(Calibration.chiSquare(16.812)).isCloseTo(0.99, within(1e-4));
    }

    @Test
    void text_givenTrials_countsThem() {
        assertThat(FEW.text())
                .contains("| right to half a diameter | 2 | 0.500 | 0.500 | 1.000 | 1.000 | 12.00 |")
                .contains("| all | 3 | 0.333 | 0.333 | 0.667 | 0.667 | 12.00 |")
                .contains("(false alarm) | 0.3333 | 3 |")
                .contains("wrong by over half a diameter | 0.3333 | 3 |")
                .contains("(miss) | 0.3333 | 3 |")
                .contains("object present, LOST | 0.4000 | 5 |")
                .contains("object absent, pose published before | 0.5000 | 2 |")
                .contains("object absent, pose confirmed | 0.0000 | 2 |")
                .contains("right pose confirmed | 1.0000 | 1 |");
    }

    @Test
    void write_givenTrials_leavesATableAndAPicture() throws Exception {
        FEW.write(folder, "a < b & c");
        assertThat(Files.readAllLines(folder.resolve("trials.csv"))).hasSize(9);
        Document picture = javax.xml.parsers.DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("calibration.svg").toFile());
        assertThat(picture.getElementsByTagName("polyline").getLength()).isEqualTo(6);
        assertThat(picture.getElementsByTagName("text").item(0).getTextContent())
                .isEqualTo("a < b & c");
    }

    /** Six scenes: enough to notice a covariance that is off by a factor of three, or a LOST that never or always comes. */
    @Test
    void film_givenTheDemoTeacher_isCalibrated() throws IOException {
        NetworkWeights teacher = NetworkWeights.read(Path.of("../models/teacher-parcel.safetensors"));
        Calibration calibration = Calibration.film(teacher, List.of(Parcel.model()), 60, 9000);
        double[] errors = calibration.squaredErrors(Trial::rightAndPublished);
        assertThat(errors).hasSizeGreaterThan(55);
        assertThat(errors[errors.length / 2]).isBetween(1.8, 8.0);
        assertThat(calibration.share(Trial::rightAndPublished, t -> Calibration.chiSquare(t.squaredError()) < 0.9))
                .isGreaterThan(0.75);
        assertThat(calibration.share(t -> !t.present(), Trial::published)).isLessThan(0.05);
    }

    /** Scenes in which the fresh student takes something else for the parcel. */
    @Test
    void film_givenTheDemoStudent_confirmsFewerFalseAlarmsAndMostRightPoses() throws IOException {
        NetworkWeights student = NetworkWeights.read(Path.of("../models/student-parcel.safetensors"));
        Calibration calibration = Calibration.film(student, List.of(Parcel.model()), 20, SEED);
        Predicate<Trial> absent = t -> !t.present() && !t.led();
        double published = calibration.share(absent, Trial::published);
        assertThat(published).isGreaterThan(0);
        assertThat(calibration.share(absent, Trial::confirmed)).isLessThan(published);
        assertThat(calibration.share(t -> t.rightAndPublished() && !t.led(), Trial::confirmed))
                .isGreaterThan(0.5);
        assertThat(calibration.share(t -> !t.published(), Trial::confirmed)).isZero();
    }
}
