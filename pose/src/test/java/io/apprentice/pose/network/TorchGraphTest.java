package io.apprentice.pose.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TorchGraphTest {

    private static final WdrNetArchitecture ARCHITECTURE = new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 128);
    private static final NetworkWeights WEIGHTS = NetworkWeights.initial(ARCHITECTURE, 1, Map.of());

    /** Prepared kernels once pointed into the array that they came from: a crash as soon as that was freed. */
    @ParameterizedTest
    @EnumSource
    void prepare_givenParametersThatChangeLater_keepsItsOwn(Precision precision) {
        try (TorchGraph graph = new TorchGraph(ARCHITECTURE, GraphMode.FOLDED, precision, false)) {
            NDArray x = graph.manager().randomNormal(new Shape(1, 3, 64, 64));
            NDArray w = graph.manager().create(WEIGHTS.folded());
            try (IValue prepared = graph.prepare(w)) {
                NDList before = graph.forward(x, prepared);
                w.muli(0);
                NDList after = graph.forward(x, prepared);
                for (int i = 0; i < before.size(); i++) {
                    assertThat(after.get(i).toByteBuffer())
                            .isEqualTo(before.get(i).toByteBuffer());
                }
            }
        }
    }

    /** Poses are reproducible only if a network answers with the same bits, whichever process asks. */
    @ParameterizedTest
    @EnumSource
    void run_givenSameCrop_answersSameBitsFromEveryInstance(Precision precision) {
        byte[] rgb = new byte[2 * 128 * 128 * 3];
        new Random(1).nextBytes(rgb);
        try (WdrNet one = new WdrNet(WEIGHTS, precision);
                WdrNet other = new WdrNet(WEIGHTS, precision)) {
            WdrNet.Output first = one.run(rgb, 2, 128, 128);
            for (WdrNet net : new WdrNet[] {one, other}) {
                WdrNet.Output again = net.run(rgb, 2, 128, 128);
                assertThat(again.logits()).isEqualTo(first.logits());
                assertThat(again.votes()).isEqualTo(first.votes());
            }
        }
    }
}
