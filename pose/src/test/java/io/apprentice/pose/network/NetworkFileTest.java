package io.apprentice.pose.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.pose.geometry.Vec3;
import io.apprentice.testing.Mutations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NetworkFileTest {

    private static final String LOGITS = "head.cls_logits.bias";
    private static final NetworkWeights WEIGHTS = NetworkWeights.initial(
            new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 2, 64),
            1,
            Map.of("objects", "cup,mug", "crop_size", "128"));

    @TempDir
    Path folder;

    private static SafetensorsFile file() throws IOException {
        return SafetensorsFile.parse(WEIGHTS.toBytes());
    }

    private static byte[] withMetadata(Map<String, String> metadata) throws IOException {
        return new SafetensorsFile(file().tensors(), metadata).toBytes();
    }

    private static byte[] withTensor(String name, SafetensorsFile.Tensor tensor) throws IOException {
        SafetensorsFile file = file();
        Map<String, SafetensorsFile.Tensor> tensors = new LinkedHashMap<>(file.tensors());
        tensors.put(name, tensor);
        return new SafetensorsFile(tensors, file.metadata()).toBytes();
    }

    @Test
    void read_givenWhatWasWritten_returnsTheSame() throws IOException {
        Path path = folder.resolve("x.safetensors");
        WEIGHTS.write(path);

        NetworkFile file = NetworkFile.read(path);

        assertThat(file.weights().parameters()).isEqualTo(WEIGHTS.parameters());
        assertThat(file.weights().buffers()).isEqualTo(WEIGHTS.buffers());
        assertThat(file.weights().metadata()).isEqualTo(WEIGHTS.metadata());
        assertThat(file.saysArchitecture()).isTrue();
        assertThat(file.ignored()).isEmpty();
        assertThat(file.bytes()).isEqualTo(Files.size(path));
        assertThat(file.sha256()).isEqualTo(WEIGHTS.sha256());
    }

    @Test
    void read_givenWhatAFitFoundOut_returnsIt() throws IOException {
        ObjectBox cup = new ObjectBox(new Vec3(-0.1, -0.2, 0), new Vec3(0.1, 0.2, 0.11));
        NetworkWeights known = WEIGHTS.with(NetworkWeights.BOXES, cup.text() + ",0 0 0 1 1 1")
                .with(NetworkWeights.LOST_BELOW, "0.65,0.8")
                .with(NetworkWeights.DISTANCE, "1.3,3.5");

        NetworkWeights read = NetworkWeights.fromBytes(known.toBytes());

        assertThat(read.boxes().get(0).isLike(cup)).isTrue();
        assertThat(read.boxes().get(1).isLike(cup)).isFalse();
        assertThat(read.lostBelow("mug")).hasValue(0.8);
        assertThat(read.lostBelow("pan")).isEmpty();
        assertThat(WEIGHTS.lostBelow("mug")).isEmpty();
        assertThat(read.distances()).containsExactly(1.3, 3.5);
    }

    @ParameterizedTest
    @EnumSource
    void of_givenPlainStateDict_recognisesItByItsTensors(Backbone backbone) throws IOException {
        WdrNetArchitecture architecture = new WdrNetArchitecture(backbone, 3, 96);
        SafetensorsFile ours = SafetensorsFile.parse(
                NetworkWeights.initial(architecture, 1, Map.of()).toBytes());
        Map<String, SafetensorsFile.Tensor> tensors = new TreeMap<>(ours.tensors());
        List<String> unused = List.of("anchor_generator.cell_anchors.0", "backbone.output.final_conv.bias");
        unused.forEach(name -> tensors.put(name, new SafetensorsFile.Tensor(List.of(1), new float[1])));

        NetworkFile file = NetworkFile.of(new SafetensorsFile(tensors, Map.of()).toBytes());

        assertThat(file.weights().architecture()).isEqualTo(architecture);
        assertThat(file.saysArchitecture()).isFalse();
        assertThat(file.weights().objects()).isEmpty();
        assertThat(file.ignored()).isEqualTo(unused);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            architecture  | resnet | architecture: expected one of wdrnet-darknet53, wdrnet-darknet-tiny, wdrnet-darknet-tiny-h, dense-darknet53, dense-darknet-tiny, dense-darknet-tiny-h, got 'resnet'
            classes       | two    | classes: expected a number, got 'two'
            classes       | 9999   | classes: expected 1 to 1000, got 9999
            classes       | 3      | objects: expected 3 names, one per class, got 'cup,mug'
            objects       | cup    | objects: expected 2 names, one per class, got 'cup'
            pyramid_width | 1024   | tensor 'fpn.inner_convs.2.weight': expected [1024, 64, 1, 1] for wdrnet-darknet-tiny-h, got [64, 64, 1, 1]
            crop_size     | 100    | crop_size: expected a multiple of 16 from 16 to 2048, got 100
            boxes         | 0 0 0 1 1 1 | boxes: expected 2 entries of numbers, got '0 0 0 1 1 1'
            boxes         | 0 0 0 1 1 1,1 2 | boxes: expected 2 entries of numbers, got '0 0 0 1 1 1,1 2'
            lost_below    | 0.7,x  | lost_below: expected 2 entries of numbers, got '0.7,x'
            distance      | 1.3    | distance: expected 2 entries of numbers, got '1.3'
            crop_size     | 999936 | crop_size: expected a multiple of 16 from 16 to 2048, got 999936
            """)
    void of_givenLyingMetadata_namesBothSidesAndTakesNoMemory(String key, String value, String message)
            throws IOException {
        Map<String, String> metadata = new TreeMap<>(file().metadata());
        metadata.put(key, value);
        byte[] bytes = withMetadata(metadata);

        long before = Mutations.allocated();
        assertThatThrownBy(() -> NetworkFile.of(bytes))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
        assertThat(Mutations.allocated() - before).isLessThan(4L * bytes.length);
    }

    @Test
    void of_givenOneWrongTensor_namesIt() throws IOException {
        assertRefused(
                withTensor(LOGITS, new SafetensorsFile.Tensor(List.of(2), new float[] {0, Float.NaN})),
                "tensor '%s': expected finite values, got NaN at index 1".formatted(LOGITS));
        assertRefused(
                withTensor(LOGITS, new SafetensorsFile.Tensor(List.of(3), new float[3])),
                "tensor '%s': expected [2] for wdrnet-darknet-tiny-h, got [3]".formatted(LOGITS));
        assertRefused(
                withTensor("head.extra", new SafetensorsFile.Tensor(List.of(1), new float[1])),
                "unknown tensor 'head.extra' [1] for wdrnet-darknet-tiny-h");
        String variance = "backbone.features.stage1.unit1.bn.running_var";
        float[] negative = file().tensors().get(variance).values().clone();
        negative[3] = -1;
        assertRefused(
                withTensor(variance, new SafetensorsFile.Tensor(List.of(negative.length), negative)),
                "tensor '%s': expected finite values of at least 0, got -1.0 at index 3".formatted(variance));
    }

    @Test
    void of_givenMissingTensor_namesIt() throws IOException {
        Map<String, SafetensorsFile.Tensor> tensors = new LinkedHashMap<>(file().tensors());
        tensors.remove(LOGITS);
        assertRefused(
                new SafetensorsFile(tensors, file().metadata()).toBytes(),
                "missing tensor '%s' [2] of wdrnet-darknet-tiny-h".formatted(LOGITS));
        tensors.remove("head.cls_logits.weight");
        assertRefused(
                new SafetensorsFile(tensors, Map.of()).toBytes(),
                "tensor 'head.cls_logits.weight': expected [classes, pyramid width, 3, 3], got none: not a network of this project");
    }

    @Test
    void asStartOf_givenOtherClasses_takesOverAllButTheLastLayers() {
        WdrNetArchitecture three = new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 3, 64);
        Map<String, SafetensorsFile.Tensor> trained = tensors(WEIGHTS);
        Map<String, SafetensorsFile.Tensor> untrained = tensors(NetworkWeights.initial(three, 5, Map.of()));

        Map<String, SafetensorsFile.Tensor> start = tensors(WEIGHTS.asStartOf(three, 5));

        assertThat(start.keySet()).isEqualTo(untrained.keySet());
        start.forEach((name, tensor) -> {
            boolean last = name.startsWith("head.cls_logits") || name.startsWith("head.pose_pred");
            SafetensorsFile.Tensor from = (last ? untrained : trained).get(name);
            assertThat(tensor.values()).as(name).isEqualTo(from.values());
        });
    }

    @Test
    void asStartOf_givenOtherBackbone_namesBoth() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WEIGHTS.asStartOf(new WdrNetArchitecture(Backbone.DARKNET_TINY, 2, 64), 5))
                .withMessage("start: expected a network like wdrnet-darknet-tiny, got wdrnet-darknet-tiny-h");
    }

    private static Map<String, SafetensorsFile.Tensor> tensors(NetworkWeights weights) {
        try {
            return SafetensorsFile.parse(weights.toBytes()).tensors();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertRefused(byte[] bytes, String message) {
        assertThatThrownBy(() -> NetworkFile.of(bytes))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
    }
}
