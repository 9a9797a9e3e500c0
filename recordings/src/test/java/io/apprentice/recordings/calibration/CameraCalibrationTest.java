package io.apprentice.recordings.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.pose.geometry.CameraIntrinsics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of a camera, under whatever names, and what is refused. The pictures are 320x240. */
class CameraCalibrationTest {

    private static final String K = "'fx': 300, 'fy': 301, 'cx': 160, 'cy': 120";

    private static CameraCalibration parse(String singleQuoted) throws IOException {
        return CameraCalibration.parse(singleQuoted.replace('\'', '"'), 320, 240);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{" + K + "}",
                "{'fx': '300', 'fy': '301', 'ppx': 160, 'ppy': 120, 'width': 320, 'height': 240}",
                "{'K': [[300, 0, 160], [0, 301, 120], [0, 0, 1]]}",
                "{'cameraMatrix': [300, 0, 160, 0, 301, 120, 0, 0, 1], 'image_size': [320, 240]}",
                "{'mtx': [[300, 0, 160], [0, 301, 120], [0, 0, 1]], 'dist': [[0, 0, 0, 0, 0]]}",
                "{'focal_length': [300, 301], 'principal_point': [160, 120], 'resolution': '320x240'}",
                "{'intrinsics': {" + K + "}, 'resolution': {'width': 320, 'height': 240}}",
                "{'model': 'pinhole', 'intrinsics': [300, 301, 160, 120], 'distortion': null}",
                "{'color': {" + K + ", 'width': 320}, 'depth': {" + K + ", 'width': 640}}",
                "{'1': {'cam_K': [300, 0, 160, 0, 301, 120, 0, 0, 1]}, '2': {'cam_K': [300, 0, 160, 0, 301, 120, 0, 0, 1]}}",
                "fx: 300\nfy: 301\ncx: 160\ncy: 1.2e2\n",
                "[ 320x240  p[160 120]  f[300 301]  Inverse Brown Conrady [0 0 0 0 0] ]",
                "width: 320, height: 240, ppx: 160, ppy: 120, fx: 300, fy: 301, model: None, coeffs: [0.0, 0, 0, 0, 0]",
                "# Camera list\n1 PINHOLE 640 480 1 1 1 1\n7 PINHOLE 320 240 300 301 160.5 120.5\n",
            })
    void parse_givenTheSameCameraInOtherWords_readsTheSame(String text) throws IOException {
        assertThat(parse(text).intrinsics()).isEqualTo(new CameraIntrinsics(300, 301, 160, 120, 320, 240));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'D'",
                "'d'",
                "'dist'",
                "'kc'",
                "'distCoeffs'",
                "'dist_coeffs'",
                "'dist_coeff'",
                "'distortion_coefficients'",
                "'Distortion_Coefficients'",
                "'distortion_coeffs'",
                "'coeffs'",
                "'distortion'",
            })
    void parse_givenTheNamesOfDistortion_readsEach(String name) throws IOException {
        for (String value : List.of(
                "[0.1, -0.2, 0.01, 0.02, 0.3]",
                "[[0.1], [-0.2], [0.01], [0.02], [0.3]]",
                "[[0.1, -0.2, 0.01, 0.02, 0.3]]",
                "{'rows': 1, 'cols': 5, 'data': [0.1, -0.2, 0.01, 0.02, 0.3]}",
                "'0.1 -0.2 0.01 0.02 0.3'",
                "{'k1': 0.1, 'k2': -0.2, 'p1': 0.01, 'p2': 0.02, 'k3': 0.3, 'model': 'radtan'}")) {
            assertThat(parse("{" + K + ", " + name + ": " + value + "}")
                            .intrinsics()
                            .distortion())
                    .as(value)
                    .containsExactly(0.1, -0.2, 0.01, 0.02, 0.3);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'k1': 0.1, 'k2': 0.2 | 0.1, 0.2, 0.0, 0.0",
                "'k1': 0.1, 'k2': 0.2, 'k3': 0.3 | 0.1, 0.2, 0.0, 0.0, 0.3",
                "'Camera.k1': 0.1, 'Camera.p2': 0.2 | 0.1, 0.0, 0.0, 0.2",
                "'k1': 0.1, 'k6': 0.2 | 0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.2",
                "'k1': 0.1, 's1': 0.01 | 0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.01, 0.0, 0.0, 0.0",
                "'D': [0.1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] | 0.1, 0.0, 0.0, 0.0",
                "'D': [0, 0, 0, 0, 0] | \"\"",
                "'D': [] | \"\"",
                "'D': [0.1, 0, 0, 0, 0], 'k1': 0.1 | 0.1, 0.0, 0.0, 0.0, 0.0",
            })
    void parse_givenSomeCoefficients_givesTheShortestListOfOpenCvs(String members, String expected) throws IOException {
        assertThat(parse("{" + K + ", " + members + "}").intrinsics().distortion())
                .hasToString("[" + expected + "]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                // other sizes
                "'width': 640, 'height': 480 | calibrated at 640x480 | 320x240 | scale fx, fy",
                "'width': 240, 'height': 320 | calibrated at 240x320 | 320x240 | swapped",
                "'image_size': [320] | image_size has 1 numbers | expected 2 | width, height",
                // distortion
                "'D': [0.1, 0.2, 0.3] | D: 3 coefficients | expected 0, 4, 5, 8, 12 or 14 | k1 k2 p1 p2",
                "'D': [0.1, 0, 0, 0], 'k1': 0.2 | k1 is | 0.1 | 0.2",
                "'k1': 0.1, 'k7': 0.2 | 'k7' | expected | k1 k2",
                "'k0': 0.1, 'k1': 0.2 | 'k0' | expected | k1 k2",
                "'RadialDistortion': [0.1, 0.2] | 'RadialDistortion' | expected | k1 k2",
                "'D': [0.1, 'a', 0, 0] | D is 'a' | expected | finite number",
                "'D': [NaN, 0, 0, 0] | D is 'NaN' | expected | finite number",
                "'D': {'rows': 1, 'cols': 5, 'data': [1, 2, 3, 4]} | D has 4 numbers | expected 5 | cols",
                // lens models
                "'model': 'fisheye', 'D': [0, 0, 0, 0] | model 'fisheye' | not supported | Undistort",
                "'distortion': {'model': 'Kannala-Brandt', 'coefficients': [0.1, 0, 0, 0]} | 'Kannala-Brandt' | not supported | U",
                "'fisheye_model': 1, 'D': [0.1, 0, 0, 0] | fisheye_model is 1 | not supported | Undistort",
                "'fisheye': true | fisheye is true | not supported | Undistort",
                "'camera_model': 'omni', 'intrinsics': [1, 2, 3, 4, 5] | camera_model 'omni' | not supported | Undistort",
                "'model': 'Inverse Brown Conrady', 'coeffs': [0.1, 0, 0, 0, 0] | Inverse | not OpenCV's | expected",
                "'model': 'none', 'coeffs': [0.1, 0, 0, 0, 0] | 'none' | not 0 | expected",
                "'distortion_model': 'spline', 'D': [0.1, 0, 0, 0] | 'spline' | not known | expected plumb_bob",
                // ROS
                "'binning_x': 2 | binning_x is 2 | expected | 0 or 1",
                "'roi': {'x_offset': 8, 'y_offset': 0, 'width': 0, 'height': 0} | roi | expected | all of it",
                // twice
                "'K': [310, 0, 160, 0, 301, 120, 0, 0, 1] | fx is 300.0 | 310.0 | expected one value",
                "'fx': 300 | broken JSON | Duplicate | fx",
            })
    void parse_givenMembersThatContradict_refuses(String members, String a, String b, String c) {
        assertThatThrownBy(() -> parse("{" + K + ", " + members + "}"))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(a, b, c);
    }

    @ParameterizedTest
    @CsvSource({
        "0.94, 1.25, 0.5, 0.5, fx of 0.94 px",
        "0, 300, 160, 120, fx of 0.0 px",
        "300, -300, 160, 120, fy of -300.0 px",
        "4.2, 4.2, 160, 120, fx of 4.2 px",
        "40000, 40000, 160, 120, fx of 40000.0 px",
        "NaN, 300, 160, 120, finite number",
        "Infinity, 300, 160, 120, finite number",
        "300, 900, 160, 120, too different",
        "300, 300, 330, 120, cx of 330.0 px lies outside 320x240",
        "300, 300, 160, -1, cy of -1.0 px lies outside 320x240",
        "300, 300, 120, 160, that of 240x320 pictures",
        "300, 300, 80, 60, as if for another size",
    })
    void parse_givenNumbersThatCannotBe_saysWhichAndWhatWasExpected(
            String fx, String fy, String cx, String cy, String expected) {
        assertThatThrownBy(() -> parse("{'fx': %s, 'fy': %s, 'cx': %s, 'cy': %s}".formatted(fx, fy, cx, cy)))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(expected, "expected");
    }

    @Test
    void parse_givenACentreFarFromTheMiddleAndTheSize_acceptsItAndSaysSo() throws IOException {
        CameraCalibration cropped =
                parse("{'fx': 300, 'fy': 300, 'cx': 30, 'cy': 120, 'width': 320, 'height': 240, 'serial': 7}");

        assertThat(cropped.intrinsics().cx()).isEqualTo(30);
        assertThat(cropped.notes()).hasSize(2);
        assertThat(cropped.notes().get(0)).contains("far from the middle");
        assertThat(cropped.notes().get(1)).isEqualTo("not used: serial");
    }

    @Test
    void parse_givenCoefficientsThatFoldThePicture_saysSo() throws IOException {
        assertThat(parse("{" + K + ", 'D': [-4, 0, 0, 0]}").notes().get(0))
                .contains("cannot be undone", "order k1 k2 p1");
        assertThat(parse("{" + K + ", 'D': [-0.3, 0.1, 0, 0]}").notes()).isEmpty();
    }

    @Test
    void parse_givenATinySkew_namesIt_andALargeOneIsRefused() throws IOException {
        assertThat(parse("{'K': [300, 0.01, 160, 0, 300, 120, 0, 0, 1]}")
                        .notes()
                        .get(0))
                .startsWith("not used: the skew 0.01 in K");
        assertThatThrownBy(() -> parse("{'K': [300, 3, 160, 0, 300, 120, 0, 0, 1]}"))
                .hasMessageContainingAll("skew of 3.0", "expected");
        assertThatThrownBy(() -> parse("{'K': [300, 0, 0, 0, 300, 0, 160, 120, 1]}"))
                .hasMessageContainingAll("expected fx 0 cx", "column by column");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "1 OPENCV_FISHEYE 320 240 300 300 160 120 0.1 0 0 0 | 'OPENCV_FISHEYE' | not supported",
                "1 FOV 320 240 300 300 160 120 0.9 | 'FOV' | not supported",
                "1 SIMPLE_DIVISION 320 240 300 160 120 0.9 | 'SIMPLE_DIVISION' | expected",
                "1 PINHOLE 320 240 300 160 120 | with 3 parameters | expected 4: fx fy cx cy",
                "1 PINHOLE 640 480 600 600 320 240 | calibrated at 640x480 | 320x240",
                "{'left': {'fx': 300, 'fy': 300, 'cx': 160, 'cy': 120}, 'right': {'fx': 310, 'fy': 310, 'cx': 160, 'cy': 120}}"
                        + " | left, right | expected one",
                "{'fx': 300, 'fy': 300} | no cx | expected fx, fy, cx and cy",
                "{'M1': [1, 2, 3], 'D1': [1]} | M1, D1 | expected a calibration",
                "{'fx': 300, | broken JSON in line 1 | expected a calibration",
                "hello | neither members nor a table | expected a calibration",
                "[1, 2] | neither members nor a table | expected a calibration",
                "<html/> | FileStorage cannot read it | expected a calibration",
                "%YAML:1.0 | expected a calibration | COLMAP",
                "\"\" | nothing in it | expected a calibration",
            })
    void parse_givenATextThatIsNoUsableCalibration_saysWhatWasExpected(String text, String a, String b) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(IOException.class).hasMessageContainingAll(a, b);
    }

    @Test
    void read_givenNoFileOrABinaryOne_namesItAndWhatWasExpected(@TempDir Path folder) throws IOException {
        Path binary = Files.write(folder.resolve("cameras.bin"), new byte[] {1, 0, 0, 0, 4, 0});

        assertThatThrownBy(() -> CameraCalibration.read(binary, 320, 240))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("cameras.bin", "not a text", "expected", "TXT");
        assertThatThrownBy(() -> CameraCalibration.read(folder.resolve("none.json"), 320, 240))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("none.json", "no such file", "expected");
    }

    @Test
    void read_givenAByteOrderMark_readsPastIt(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("c.json"), "\uFEFF" + ("{" + K + "}\r\n").replace('\'', '"'));

        assertThat(CameraCalibration.read(file, 320, 240).intrinsics().fy()).isEqualTo(301);
    }
}
