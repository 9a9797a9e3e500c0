package io.apprentice.pose.network.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.CropNetwork;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.WdrNet;
import io.apprentice.pose.network.WdrNetArchitecture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxNetTest {

    private static final OrtEnvironment ONNX = OnnxLibrary.environment().orElseThrow();

    private static ByteBuffer crops(int batch, int size) {
        byte[] bytes = new byte[batch * size * size * 3];
        new Random(3).nextBytes(bytes);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).rewind();
    }

    @ParameterizedTest
    @CsvSource({"DARKNET_TINY_H,1,64,128,1", "DARKNET_TINY,3,64,96,2"})
    void run_givenAnyArchitecture_answersAsPyTorchDoes(
            Backbone backbone, int classes, int width, int size, int threads) {
        WdrNetArchitecture architecture = new WdrNetArchitecture(backbone, classes, width, 5, 7);
        NetworkWeights weights =
                NetworkWeights.initial(architecture, 5, Map.of(NetworkWeights.CROP_SIZE, Integer.toString(size)));
        for (int batch : List.of(1, 3)) {
            assertSameAnswers(weights, crops(batch, size), batch, size, threads);
        }
    }

    @Test
    void run_givenADenseNetwork_answersAsPyTorchDoes() {
        WdrNetArchitecture architecture = new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 2, 32, 12, 0, 0);
        NetworkWeights weights = NetworkWeights.initial(architecture, 5, Map.of(NetworkWeights.CROP_SIZE, "128"));
        assertSameAnswers(weights, crops(2, 128), 2, 128, 1);
    }

    @Test
    void run_givenTheShippedStudent_answersAsPyTorchDoes() throws IOException {
        NetworkWeights weights = NetworkWeights.read(Path.of("../models/student-parcel.safetensors"));
        assertSameAnswers(weights, crops(2, weights.cropSize()), 2, weights.cropSize(), 1);
    }

    private static void assertSameAnswers(NetworkWeights weights, ByteBuffer crops, int batch, int size, int threads) {
        try (CropNetwork torch = new WdrNet(weights, Precision.FLOAT32);
                CropNetwork onnx = new OnnxNet(ONNX, weights, threads)) {
            WdrNet.Output expected = torch.run(crops, batch, size, size);
            WdrNet.Output answered = onnx.run(crops, batch, size, size);
            assertThat(answered.cells()).isEqualTo(expected.cells());
            assertThat(difference(answered.logits(), expected.logits())).isLessThan(1e-3f);
            assertThat(difference(answered.values(), expected.values())).isLessThan(1e-3f);
        }
    }

    private static float difference(float[] one, float[] other) {
        assertThat(one).hasSameSizeAs(other);
        float most = 0;
        for (int i = 0; i < one.length; i++) {
            most = Math.max(most, Math.abs(one[i] - other[i]));
        }
        return most;
    }

    @Test
    void run_givenCropsOfAnotherSize_namesBoth() {
        NetworkWeights weights = NetworkWeights.initial(
                new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 64), 5, Map.of(NetworkWeights.CROP_SIZE, "128"));
        try (CropNetwork onnx = new OnnxNet(ONNX, weights, 1)) {
            assertThatThrownBy(() -> onnx.run(crops(1, 64), 1, 64, 64))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("crops: expected 1 x 128 x 128 x 3 bytes, got 12288 of 64 x 64");
        }
    }

    @Test
    void of_givenALargeNetwork_isPyTorch() {
        NetworkWeights weights = NetworkWeights.initial(
                new WdrNetArchitecture(Backbone.DARKNET53, 1, 64), 5, Map.of(NetworkWeights.CROP_SIZE, "128"));
        try (CropNetwork network = FastestNetwork.of(weights)) {
            assertThat(network).isInstanceOf(WdrNet.class);
        }
    }

    @Test
    void of_givenAnyNetwork_answersWithOneOfTheTwo() {
        NetworkWeights weights = NetworkWeights.initial(
                new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 64), 5, Map.of(NetworkWeights.CROP_SIZE, "128"));
        try (CropNetwork first = FastestNetwork.of(weights);
                CropNetwork second = FastestNetwork.of(weights)) {
            assertThat(second.getClass()).isEqualTo(first.getClass());
            assertThat(first.run(crops(1, 128), 1, 128, 128).cells()).isPositive();
        }
    }
}
