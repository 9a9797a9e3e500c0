package io.apprentice.pose.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.TriangleMesh;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DenseNetworkTest {

    private static final int BITS = 9;
    private static final int CLASSES = 2;

    private static NetworkWeights weights(Backbone backbone) {
        WdrNetArchitecture architecture = new WdrNetArchitecture(backbone, CLASSES, 32, BITS, 0, 0);
        NetworkWeights initial = NetworkWeights.initial(architecture, 3, Map.of());
        // statistics that folding must not lose
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < initial.buffers().length; i++) {
            initial.buffers()[i] += 0.1f * (float) random.nextDouble();
        }
        return initial;
    }

    private static byte[] crops(int batch, int size) {
        byte[] rgb = new byte[batch * size * size * 3];
        new SplittableRandom(5).nextBytes(rgb);
        return rgb;
    }

    @ParameterizedTest
    @EnumSource
    void run_givesAMaskAndBitsForEachFourthPixel(Backbone backbone) {
        int size = 128;
        try (WdrNet network = new WdrNet(weights(backbone), Precision.FLOAT32, true)) {
            WdrNet.Output output = network.run(crops(2, size), 2, size, size);
            int cells = network.weights().architecture().head().grid(size, size).cells();
            assertThat(cells).isEqualTo(32 * 32);
            assertThat(output.cells()).isEqualTo(cells);
            assertThat(output.logits()).hasSize(2 * cells * CLASSES);
            assertThat(output.values()).hasSize(2 * cells * CLASSES * BITS);
            assertThat(output.features()).hasSize(2 * cells * 32);
        }
    }

    /** A skip that is a step off would still train, but blur the codes: what a cell says must change with what it shows. */
    @Test
    void run_givenAChangeInOnePlace_changesMostThere() {
        int size = 128;
        byte[] rgb = crops(1, size);
        byte[] other = rgb.clone();
        for (int v = 4 * 20; v < 4 * 21; v++) {
            for (int u = 4 * 9; u < 4 * 10; u++) {
                for (int c = 0; c < 3; c++) {
                    other[(v * size + u) * 3 + c] ^= (byte) 0x80;
                }
            }
        }
        try (WdrNet network = new WdrNet(weights(Backbone.DARKNET_TINY_H), Precision.FLOAT32)) {
            float[] before = network.run(rgb, 1, size, size).values();
            float[] after = network.run(other, 1, size, size).values();
            int each = CLASSES * BITS;
            double[] changes = new double[before.length / each];
            for (int i = 0; i < before.length; i++) {
                changes[i / each] += Math.abs(after[i] - before[i]);
            }
            double sum = 0;
            double sumX = 0;
            double sumY = 0;
            for (int i = 0; i < changes.length; i++) {
                double squared = changes[i] * changes[i];
                sum += squared;
                sumX += squared * (i % 32);
                sumY += squared * Math.floorDiv(i, 32);
            }
            assertThat(sumX / sum).isCloseTo(9, within(1.5));
            assertThat(sumY / sum).isCloseTo(20, within(1.5));
        }
    }

    @Test
    void gradient_ofTheOutputs_isThatOfDifferences() {
        NetworkWeights weights = weights(Backbone.DARKNET_TINY_H);
        WdrNetArchitecture architecture = weights.architecture();
        int size = 64;
        byte[] rgb = crops(2, size);
        try (TrainableWdrNet network = new TrainableWdrNet(architecture, Precision.FLOAT32)) {
            double[] sum = new double[1];
            float[] gradient =
                    network.gradient(weights.parameters(), weights.buffers().clone(), rgb, 2, size, o -> {
                        sum[0] = squares(o.values()) + squares(o.logits());
                        return o;
                    });
            for (String name :
                    new String[] {"decoder.codes.weight", "decoder.skip0.weight", "decoder.context2.conv.weight"}) {
                TensorSpec tensor = architecture.parameters().stream()
                        .filter(t -> t.name().equals(name))
                        .findFirst()
                        .orElseThrow();
                int i = tensor.offset() + tensor.size() / 2;
                float step = 0x1p-6f;
                double up = loss(network, weights, i, step, rgb, size);
                double down = loss(network, weights, i, -step, rgb, size);
                assertThat((up - down) / (2 * step))
                        .as(name)
                        .isCloseTo(gradient[i], within(0.05 * Math.abs(gradient[i]) + 0.5));
            }
        }
    }

    private static double loss(
            TrainableWdrNet network, NetworkWeights weights, int i, float step, byte[] rgb, int size) {
        float[] moved = weights.parameters().clone();
        moved[i] += step;
        double[] loss = new double[1];
        network.gradient(moved, weights.buffers().clone(), rgb, 2, size, o -> {
            loss[0] = squares(o.values()) + squares(o.logits());
            return o.zeros();
        });
        return loss[0];
    }

    private static double squares(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value / 2;
        }
        return sum;
    }

    @ParameterizedTest
    @EnumSource(names = {"DARKNET_TINY", "DARKNET_TINY_H"})
    void read_givenWhatWasWritten_isTheSameNetwork(Backbone backbone) throws IOException {
        NetworkWeights weights = weights(backbone);
        NetworkWeights read = NetworkWeights.fromBytes(weights.toBytes());
        assertThat(read.architecture()).isEqualTo(weights.architecture());
        assertThat(read.architecture().name()).isEqualTo("dense-" + backbone.label());
        assertThat(read.parameters()).isEqualTo(weights.parameters());
        // without metadata, by its tensors
        SafetensorsFile file = SafetensorsFile.parse(weights.toBytes());
        byte[] bare = new SafetensorsFile(new LinkedHashMap<>(file.tensors()), Map.of()).toBytes();
        assertThat(NetworkWeights.fromBytes(bare).architecture()).isEqualTo(weights.architecture());
    }

    @Test
    void read_givenACropThatTheDecoderCannotHalve_isRefused() {
        NetworkWeights weights = weights(Backbone.DARKNET_TINY_H).with(NetworkWeights.CROP_SIZE, "96");
        assertThatThrownBy(() -> NetworkWeights.fromBytes(weights.toBytes()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("crop_size: expected a multiple of 64 from 64 to 2048, got 96");
    }

    @Test
    void requireCodes_givenAnotherSurfaceOfThatName_refusesIt() {
        ObjectModel low = prism(0.1f);
        ObjectModel high = prism(0.2f);
        NetworkWeights weights = NetworkWeights.initial(
                        new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 32, BITS, 0, 0),
                        1,
                        Map.of(NetworkWeights.OBJECTS, "prism"))
                .withCodes(List.of(low));
        weights.requireCodes(prism(0.1f));
        assertThatThrownBy(() -> weights.requireCodes(high))
                .hasMessageStartingWith("object 'prism': expected the surface that the network was fitted on");
    }

    private static ObjectModel prism(float height) {
        float[] corners = {0, 0, 0, 0.1f, 0, 0, 0, 0.1f, 0, 0, 0, height};
        return ObjectModel.of("prism", TriangleMesh.of(corners, new int[] {0, 2, 1, 0, 1, 3, 1, 2, 3, 2, 0, 3}));
    }

    @Test
    void asStartOf_givenANetworkThatVotes_takesItsBackbone() {
        NetworkWeights votes =
                NetworkWeights.initial(new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 64), 8, Map.of());
        NetworkWeights dense = votes.asStartOf(weights(Backbone.DARKNET_TINY_H).architecture(), 1);
        assertThat(dense.parameters()[0]).isEqualTo(votes.parameters()[0]);
        assertThat(dense.architecture().codeBits()).isEqualTo(BITS);
    }

    @Test
    void parameters_ofTheCompactOne_areBelowAMillion() {
        WdrNetArchitecture student = new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 64, 12, 0, 0);
        assertThat(NetworkWeights.initial(student, 1, Map.of()).parameters().length)
                .isLessThan(1_000_000);
    }
}
