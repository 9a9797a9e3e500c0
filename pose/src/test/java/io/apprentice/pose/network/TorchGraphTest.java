package io.apprentice.pose.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
                assertThat(again.values()).isEqualTo(first.values());
            }
        }
    }

    /** A guard asks a new network every minute: that shall neither compile again nor leave folders behind. */
    @Test
    void networks_ofOneShape_shareTheirGraphAndLeaveNoFolders() throws IOException {
        NetworkWeights other = NetworkWeights.initial(ARCHITECTURE, 2, Map.of());
        byte[] rgb = new byte[128 * 128 * 3];
        new Random(1).nextBytes(rgb);
        float[] alone;
        try (WdrNet net = new WdrNet(WEIGHTS, Precision.FLOAT32)) {
            alone = net.run(rgb, 1, 128, 128).logits();
        }
        int graphs = TorchGraph.compiledGraphs();
        long folders = temporaryFolders();

        try (WdrNet first = new WdrNet(WEIGHTS, Precision.FLOAT32);
                WdrNet second = new WdrNet(other, Precision.FLOAT32)) {
            assertThat(second.run(rgb, 1, 128, 128).logits()).isNotEqualTo(alone);
            assertThat(first.run(rgb, 1, 128, 128).logits()).isEqualTo(alone);
        }

        assertThat(TorchGraph.compiledGraphs()).isEqualTo(graphs);
        assertThat(temporaryFolders()).isEqualTo(folders);
    }

    private static long temporaryFolders() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("pt-model"))
                    .count();
        }
    }
}
