package io.apprentice.pose.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a GPU would run is tried where there is none: PyTorch's own convolutions run on the CPU too. */
class NetworkArchiveTest {

    private static final int SIZE = 64;

    private static String text(byte[] archive) {
        return new String(archive, StandardCharsets.ISO_8859_1);
    }

    private static WdrNetArchitecture architecture(Backbone backbone) {
        return new WdrNetArchitecture(backbone, 2, 64, 16, 32);
    }

    @ParameterizedTest
    @EnumSource
    void anyGraph_callsNothingThatOnlyTheCpuHas(Backbone backbone) {
        for (Precision precision : Precision.values()) {
            assertThat(text(NetworkArchive.inference(architecture(backbone), precision)))
                    .contains("def prepare", "torch.conv2d")
                    .doesNotContain("mkldnn");
            assertThat(text(NetworkArchive.training(architecture(backbone), precision)))
                    .contains("torch.batch_norm")
                    .doesNotContain("mkldnn");
        }
    }

    @Test
    void ofThisCpu_isAnotherGraph() {
        byte[] fused = NetworkArchive.of(
                architecture(Backbone.DARKNET_TINY_H), GraphMode.FOLDED, Precision.FLOAT32, true, true);
        assertThat(text(fused)).contains("mkldnn");
    }

    // float32: other orders of summation; bfloat16: leaky ReLU before the rounding here, after it there, through 75
    // layers
    @ParameterizedTest
    @CsvSource({"FLOAT32, 1e-4", "BFLOAT16, 5e-2"})
    void inference_onTheCpu_answersAsWdrNet(Precision precision, double tolerance) {
        byte[] rgb = new byte[SIZE * SIZE * 3];
        new Random(1).nextBytes(rgb);
        for (Backbone backbone : Backbone.values()) {
            NetworkWeights weights = NetworkWeights.initial(new WdrNetArchitecture(backbone, 2, 64), 1, Map.of());
            byte[] archive = NetworkArchive.inference(weights.architecture(), precision);
            try (WdrNet net = new WdrNet(weights, precision);
                    TorchGraph graph = new TorchGraph(archive, backbone.name())) {
                ByteBuffer bytes = graph.manager().allocateDirect(rgb.length);
                bytes.put(rgb).rewind();
                NDArray x = graph.manager().create(bytes, new Shape(1, SIZE, SIZE, 3), DataType.UINT8);
                try (IValue prepared = graph.prepare(graph.manager().create(weights.folded()))) {
                    NDList out = graph.forward(x, prepared);
                    WdrNet.Output expected = net.run(rgb, 1, SIZE, SIZE);
                    assertThat(distance(out.get(0).toFloatArray(), expected.logits()))
                            .isCloseTo(0, within(tolerance));
                    assertThat(distance(out.get(1).toFloatArray(), expected.values()))
                            .isCloseTo(0, within(tolerance));
                }
            }
        }
    }

    /** Relative, 2-norm. */
    private static double distance(float[] answer, float[] expected) {
        assertThat(answer).hasSameSizeAs(expected);
        double off = 0;
        double norm = 0;
        for (int i = 0; i < answer.length; i++) {
            off += Math.pow(answer[i] - expected[i], 2);
            norm += Math.pow(expected[i], 2);
        }
        return Math.sqrt(off / norm);
    }
}
