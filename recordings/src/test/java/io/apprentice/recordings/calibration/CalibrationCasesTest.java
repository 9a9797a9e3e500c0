package io.apprentice.recordings.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.pose.geometry.CameraIntrinsics;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.FileStorage;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as other programs write them, all of the same camera of 320x240 pictures unless they say otherwise. */
class CalibrationCasesTest {

    @TempDir
    Path folder;

    static CameraCalibration read(String name) throws IOException {
        try {
            return CameraCalibration.read(
                    Path.of(Objects.requireNonNull(CalibrationCasesTest.class.getResource("/calibration/" + name), name)
                            .toURI()),
                    320,
                    240);
        } catch (URISyntaxException e) {
            throw new IOException(name, e);
        }
    }

    private static CameraIntrinsics camera(Double... distortion) {
        return new CameraIntrinsics(300, 300, 160, 120, 320, 240, List.of(distortion));
    }

    @ParameterizedTest
    @ValueSource(strings = {"D_ignored.json", "realsense.json"})
    void read_givenDistortionUnderAnotherName_usesIt(String file) throws IOException {
        assertThat(read(file)).isEqualTo(new CameraCalibration(camera(0.1, -0.2, 0.0, 0.0, 0.0), List.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "fisheye.json, distortion_model 'equidistant'",
        "coeffs_ignored.json, model 'Kannala Brandt4'",
    })
    void read_givenAFisheye_refusesItByNameAndSaysWhatToDo(String file, String model) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(file, model, "not supported", "Undistort the pictures first");
    }

    @Test
    void read_givenSharesOfTheSize_saysWhatTheyWouldBeInPixels() {
        assertThatThrownBy(() -> read("normalized.json"))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(
                        "normalized.json",
                        "fx of 0.94 px cannot be for 320x240",
                        "expected 32 to 32000",
                        "fx 300.800, fy 300.0");
    }

    @Test
    void read_givenFourteenCoefficientsWhoseLastAreZero_givesTheEightThatCount() throws IOException {
        assertThat(read("d14z.json").intrinsics()).isEqualTo(camera(0.1, -0.2, 0.0, 0.0, 0.0, 0.01, 0.02, 0.03));
    }

    @Test
    void read_givenBopsMatrix_readsItAndNamesTheRest() throws IOException {
        assertThat(read("camK.json")).isEqualTo(new CameraCalibration(camera(), List.of("not used: depth_scale")));
    }

    @Test
    void read_givenRosCameraInfo_readsIt() throws IOException {
        assertThat(read("camera_info.yaml"))
                .isEqualTo(
                        new CameraCalibration(camera(0.1, -0.2, 0.001, 0.002, 0.0), List.of("not used: camera_name")));
    }

    @Test
    void read_givenMessagesOfATopic_readsThem() throws IOException {
        assertThat(read("rostopic-echo.yaml"))
                .isEqualTo(new CameraCalibration(
                        camera(0.1, -0.2, 0.0, 0.0, 0.0, 0.01, 0.02, 0.03), List.of("not used: header, R, P")));
    }

    @Test
    void read_givenOpenCvsYaml_readsIt() throws IOException {
        assertThat(read("opencv.yml")).isEqualTo(new CameraCalibration(camera(), List.of()));
    }

    @Test
    void read_givenColmap_readsItAndMovesTheOriginToAPixelsCentre() throws IOException {
        CameraCalibration calibration = read("colmap-cameras.txt");

        assertThat(calibration.intrinsics())
                .isEqualTo(new CameraIntrinsics(300, 300, 159.5, 119.5, 320, 240, List.of(0.1, -0.2, 0.0, 0.0)));
        assertThat(calibration.notes()).singleElement().asString().contains("COLMAP", "half a pixel");
    }

    @Test
    void read_givenWhatRealSensesToolPrints_takesTheStreamOfThePicturesSize() throws IOException {
        CameraCalibration calibration = read("rs-enumerate-devices.txt");

        assertThat(calibration.intrinsics()).isEqualTo(new CameraIntrinsics(306.2, 305.3, 157.12, 118.8, 320, 240));
        assertThat(calibration.notes()).containsExactly("takes Color of its 2 cameras, the one of 320x240 pictures");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kalibr-camchain.yaml", "orb-slam.yaml"})
    void read_givenYamlOfOthers_readsIt(String file) throws IOException {
        CameraCalibration calibration = read(file);

        assertThat(calibration.intrinsics())
                .isEqualTo(new CameraIntrinsics(300, 301, 160, 120, 320, 240, List.of(0.1, -0.2, 0.0, 0.0)));
        assertThat(calibration.notes().get(0)).startsWith("not used: ");
    }

    /** Written by OpenCV itself, in each of its three formats. */
    @ParameterizedTest
    @ValueSource(strings = {"left.yml", "left.xml", "left.json"})
    void read_givenWhatOpenCvWrote_readsItUnderAnyEnding(String file) throws IOException {
        Path written = folder.resolve(file);
        double[] matrix = {300, 0, 160, 0, 300, 120, 0, 0, 1};
        double[] coefficients = {0.1, -0.2, 0.001, 0.002, 0, 0.01, 0.02, 0.03, 0.001, 0.002, 0.003, 0.004, 0.01, 0.02};
        try (FileStorage storage = new FileStorage(written.toString(), FileStorage.WRITE);
                Mat k = doubles(3, 3, matrix);
                Mat d = doubles(coefficients.length, 1, coefficients)) {
            storage.write("image_Width", 320.0);
            storage.write("image_Height", 240.0);
            storage.write("fisheye_model", 0.0);
            storage.write("Camera_Matrix", k);
            storage.write("Distortion_Coefficients", d);
            storage.write("calibration_time", "today");
        }
        Path renamed = Files.move(written, folder.resolve("calibration.txt"));

        CameraCalibration calibration = CameraCalibration.read(renamed, 320, 240);

        assertThat(calibration.intrinsics())
                .isEqualTo(camera(Arrays.stream(coefficients).boxed().toArray(Double[]::new)));
        assertThat(calibration.notes()).containsExactly("not used: calibration_time");
    }

    private static Mat doubles(int rows, int columns, double... values) {
        Mat matrix = new Mat(rows, columns, opencv_core.CV_64F);
        try (DoublePointer data = new DoublePointer(matrix.data())) {
            data.put(values);
        }
        return matrix;
    }
}
