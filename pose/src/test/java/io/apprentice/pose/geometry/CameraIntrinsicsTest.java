package io.apprentice.pose.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.image.Distortion;
import io.apprentice.pose.image.RgbImage;
import java.util.Collections;
import java.util.List;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.opencv.global.opencv_calib3d;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CameraIntrinsicsTest {

    private static final List<Double> COEFFICIENTS =
            List.of(-0.25, 0.08, 0.001, -0.002, 0.01, 0.02, -0.01, 0.005, 0.002, -0.001, 0.003, 0.001, 0.02, -0.03);

    private static CameraIntrinsics camera(int coefficients) {
        return new CameraIntrinsics(300, 310, 161, 118, 320, 240, COEFFICIENTS.subList(0, coefficients));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 5, 8, 12, 14})
    void pixel_givenAnyNumberOfCoefficients_isOpenCvs(int count) {
        CameraIntrinsics camera = camera(count);
        Vec3 point = new Vec3(0.3, -0.2, 0.9);
        double[] coefficients = COEFFICIENTS.stream()
                .limit(count)
                .mapToDouble(Double::doubleValue)
                .toArray();
        try (Mat object = doubles(1, 1, 3, point.x(), point.y(), point.z());
                Mat still = doubles(3, 1, 1, 0, 0, 0);
                Mat matrix = doubles(3, 3, 1, 300, 0, 161, 0, 310, 118, 0, 0, 1);
                Mat distortion = count == 0 ? new Mat() : doubles(1, count, 1, coefficients);
                Mat projected = new Mat()) {
            opencv_calib3d.projectPoints(object, still, still, matrix, distortion, projected);
            double[] expected = new double[2];
            try (DoublePointer data = new DoublePointer(projected.data())) {
                data.get(expected);
            }
            // the same formula in the same precision
            assertThat(camera.pixel(point)).containsExactly(expected, within(1e-9));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 8, 12, 14})
    void removed_givenAnyNumberOfCoefficients_putsAPointWhereAPinholeSeesIt(int count) {
        CameraIntrinsics camera = camera(count);
        Vec3 point = new Vec3(0.3, -0.2, 0.9);
        double[] seen = camera.pixel(point);
        RgbImage frame = RgbImage.black(320, 240);
        for (int y = (int) Math.round(seen[1]) - 2; y <= Math.round(seen[1]) + 2; y++) {
            for (int x = (int) Math.round(seen[0]) - 2; x <= Math.round(seen[0]) + 2; x++) {
                frame.rgb()[3 * (320 * y + x)] = (byte) 255;
            }
        }

        byte[] straight = Distortion.removed(frame, camera).rgb();

        int u = (int) Math.round(camera.projectX(point));
        int v = (int) Math.round(camera.projectY(point));
        assertThat(straight[3 * (320 * v + u)] & 0xFF).isGreaterThan(200);
        assertThat(straight[3 * (320 * (v + 6) + u)] & 0xFF).isZero();
    }

    @Test
    void new_givenACountThatOpenCvDoesNotKnow_namesThoseThatItKnows() {
        assertThatThrownBy(() -> camera(7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("expected 0, 4, 5, 8, 12 or 14", "got 7");
        assertThatThrownBy(() -> new CameraIntrinsics(300, 300, 160, 120, 320, 240, Collections.nCopies(4, Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("distortion");
    }

    private static Mat doubles(int rows, int columns, int channels, double... values) {
        Mat matrix = new Mat(rows, columns, opencv_core.CV_64FC(channels));
        try (DoublePointer data = new DoublePointer(matrix.data())) {
            data.put(values);
        }
        return matrix;
    }
}
