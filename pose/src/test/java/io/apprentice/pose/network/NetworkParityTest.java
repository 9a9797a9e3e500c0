package io.apprentice.pose.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Same weights and inputs as the official PyTorch networks give the same outputs; source of the figures: the fixture's README. */
class NetworkParityTest {

    private static final Path FIXTURES =
            Path.of(System.getProperty("apprentice.fixtures", "src/test/resources/fixtures"));
    private static JsonNode fixture;

    @BeforeAll
    static void load() throws IOException {
        fixture = new ObjectMapper()
                .readTree(FIXTURES.resolve("network-parity.json").toFile());
    }

    @ParameterizedTest
    @CsvSource({"DARKNET_TINY_H,darknet_tiny_h", "DARKNET_TINY,darknet_tiny", "DARKNET53,darknet53"})
    void parameters_haveOfficialNamesShapesAndCounts(Backbone backbone, String key) {
        WdrNetArchitecture architecture = new WdrNetArchitecture(backbone, 1, backbone.officialPyramidWidth());
        JsonNode official = fixture.at("/architectures/" + key);
        for (List<TensorSpec> tensors : List.of(architecture.parameters(), architecture.buffers())) {
            String kind = tensors.equals(architecture.parameters()) ? "parameter" : "buffer";
            List<String> expected = official.get("tensors")
                    .valueStream()
                    .filter(t -> t.get("role").asText().equals("network")
                            && t.get("kind").asText().equals(kind))
                    .map(t -> t.get("name").asText() + t.get("shape").toString().replace(",", ", "))
                    .toList();
            assertThat(tensors.stream().map(t -> t.name() + t.shape())).containsExactlyInAnyOrderElementsOf(expected);
        }
        assertThat(architecture.parameters().stream().mapToInt(TensorSpec::size).sum())
                .isEqualTo(official.get("parameters_with_role_network").asInt());
    }

    @ParameterizedTest
    @CsvSource({
        "DARKNET_TINY_H,darknet_tiny_h,EVALUATION,FLOAT64,1e-9",
        "DARKNET_TINY_H,darknet_tiny_h,EVALUATION,FLOAT32,1e-4",
        "DARKNET_TINY_H,darknet_tiny_h,FOLDED,FLOAT32,1e-4",
        "DARKNET_TINY,darknet_tiny,EVALUATION,FLOAT64,1e-9",
        "DARKNET_TINY,darknet_tiny,FOLDED,FLOAT32,1e-4",
        "DARKNET53,darknet53,EVALUATION,FLOAT64,1e-9",
        "DARKNET53,darknet53,FOLDED,FLOAT32,1e-4",
    })
    void forward_givenRuleWeights_equalsOfficial(
            Backbone backbone, String key, GraphMode mode, Precision precision, double tolerance) {
        WdrNetArchitecture architecture = new WdrNetArchitecture(backbone, 1, backbone.officialPyramidWidth());
        NetworkWeights weights = ruleWeights(architecture);
        try (TorchGraph graph = new TorchGraph(architecture, mode, precision, false)) {
            float[] parameters = mode == GraphMode.FOLDED ? weights.folded() : weights.parameters();
            for (JsonNode expected : fixture.at("/architectures/" + key + "/eval")) {
                JsonNode input = input(expected.get("input").asText());
                NDManager manager = graph.manager();
                NDArray x = array(manager, ruleInput(input), precision, shape(input.get("shape")));
                NDArray w = array(manager, parameters, precision, new Shape(parameters.length));
                NDArray b = array(manager, weights.buffers(), precision, new Shape(weights.buffers().length));
                NDList out = mode == GraphMode.FOLDED
                        ? graph.forward(x, graph.prepare(w))
                        : graph.forward(new NDList(x, w, b), false);
                assertOutputs(out, expected.get("float64"), tolerance);
            }
        }
    }

    @Test
    void train_givenRuleWeights_gradientsEqualOfficial() {
        WdrNetArchitecture architecture = new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 128);
        NetworkWeights weights = ruleWeights(architecture);
        for (JsonNode expected : fixture.at("/architectures/darknet_tiny_h/train/cases")) {
            try (TorchGraph graph = new TorchGraph(architecture, GraphMode.TRAINING, Precision.FLOAT64, false)) {
                NDManager manager = graph.manager();
                JsonNode input = input(expected.get("input").asText());
                NDArray x = array(manager, ruleInput(input), Precision.FLOAT64, shape(input.get("shape")));
                NDArray w =
                        array(manager, weights.parameters(), Precision.FLOAT64, new Shape(weights.parameters().length));
                NDArray b = array(manager, weights.buffers(), Precision.FLOAT64, new Shape(weights.buffers().length));
                w.setRequiresGradient(true);
                double[] gradient;
                try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                    NDList out = graph.forward(new NDList(x, w, b), true);
                    NDArray loss = manager.create(0.0);
                    int cell = 0;
                    for (JsonNode level : expected.get("cls")) {
                        int next = cell
                                + level.at("/shape/2").asInt()
                                        * level.at("/shape/3").asInt();
                        String cells = ":," + cell + ":" + next;
                        loss = loss.add(out.get(0).get(cells).square().mean())
                                .add(out.get(1).get(cells).square().mean());
                        cell = next;
                    }
                    assertThat(loss.getDouble()).isCloseTo(expected.get("loss").asDouble(), within(1e-9));
                    collector.backward(loss);
                    gradient = w.getGradient().toDoubleArray();
                }
                double[] after = b.toDoubleArray();
                for (TensorSpec tensor : architecture.parameters()) {
                    assertTensor(gradient, tensor, expected.at("/gradients").get(tensor.name()));
                }
                for (TensorSpec tensor : architecture.buffers()) {
                    assertTensor(after, tensor, expected.at("/buffers_after").get(tensor.name()));
                }
            }
        }
    }

    @Test
    void read_givenOfficialSafetensors_reproducesItsOutputs() throws IOException {
        NetworkWeights weights = NetworkWeights.read(FIXTURES.resolve("tiny_h.safetensors"));
        try (TorchGraph graph = new TorchGraph(weights.architecture(), GraphMode.FOLDED, Precision.FLOAT32, false)) {
            for (JsonNode expected : fixture.at("/safetensors_case/eval")) {
                JsonNode input = input(expected.get("input").asText());
                NDArray x = array(graph.manager(), ruleInput(input), Precision.FLOAT32, shape(input.get("shape")));
                NDArray w = graph.manager().create(weights.folded());
                NDList out = graph.forward(x, graph.prepare(w));
                assertOutputs(out, expected.get("float64"), 1e-4);
            }
        }
    }

    private static void assertTensor(double[] flat, TensorSpec tensor, JsonNode expected) {
        int n = tensor.size();
        int i = 0;
        for (JsonNode sample : expected.get("samples")) {
            int index = tensor.offset() + (int) ((i++ * 1000003L + 7) % n);
            assertThat(flat[index]).as(tensor.name()).isCloseTo(sample.asDouble(), within(1e-9));
        }
    }

    private static void assertOutputs(NDList out, JsonNode expected, double tolerance) {
        for (int o = 0; o < 2; o++) {
            JsonNode levels = expected.get(o == 0 ? "cls" : "reg");
            NDArray output = out.get(o).toType(DataType.FLOAT64, false);
            int total = (int) output.getShape().get(1);
            double[] values = output.toDoubleArray();
            int start = 0;
            for (JsonNode level : levels) {
                int channels = level.at("/shape/1").asInt();
                int cells = level.at("/shape/2").asInt() * level.at("/shape/3").asInt();
                long n = (long) channels * cells;
                int i = 0;
                for (JsonNode sample : level.get("samples")) {
                    int flat = (int) ((i++ * 1000003L + 7) % n);
                    int channel = flat / cells;
                    int cell = start + flat % cells;
                    assertThat(values[cell * channels + channel]).isCloseTo(sample.asDouble(), within(tolerance));
                }
                start += cells;
            }
            assertThat(start).isEqualTo(total);
        }
    }

    private static JsonNode input(String id) {
        return fixture.get("inputs")
                .valueStream()
                .filter(i -> i.get("id").asText().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static Shape shape(JsonNode sizes) {
        return new Shape(sizes.valueStream().mapToLong(JsonNode::asLong).toArray());
    }

    private static NDArray array(NDManager manager, float[] values, Precision precision, Shape shape) {
        NDArray array = manager.create(values, shape);
        return precision == Precision.FLOAT64 ? array.toType(DataType.FLOAT64, false) : array;
    }

    private static NetworkWeights ruleWeights(WdrNetArchitecture architecture) {
        return new NetworkWeights(
                architecture, fill(architecture.parameters()), fill(architecture.buffers()), Map.of());
    }

    private static float[] fill(List<TensorSpec> tensors) {
        float[] flat = new float[tensors.stream().mapToInt(TensorSpec::size).sum()];
        for (TensorSpec tensor : tensors) {
            SplittableRandom random = random(tensor.name());
            for (int i = 0; i < tensor.size(); i++) {
                flat[tensor.offset() + i] = (float) value(tensor, 2 * random.nextDouble() - 1);
            }
        }
        return flat;
    }

    private static double value(TensorSpec tensor, double s) {
        JsonNode rule = fixture.get("rule");
        String name = tensor.name();
        if (tensor.shape().size() >= 2) {
            double gain =
                    rule.get(name.startsWith("fpn.") ? "fpn_gain" : "conv_gain").asDouble();
            double fanIn = (double) tensor.size() / tensor.shape().get(0);
            return Math.sqrt(gain / fanIn) * s;
        }
        if (name.endsWith(".running_mean")) {
            return rule.get("running_mean_range").asDouble() * s;
        }
        if (name.endsWith(".running_var")) {
            return 1 + rule.get("running_var_range").asDouble() * s;
        }
        if (name.endsWith(".bias")) {
            return rule.get("bias_range").asDouble() * s;
        }
        if (name.endsWith(".scale")) {
            return 1 + rule.get("scale_range").asDouble() * s;
        }
        double weight = 1 + rule.get("norm_weight_range").asDouble() * s;
        return name.endsWith("conv2.bn.weight") ? rule.get("residual_gain").asDouble() * weight : weight;
    }

    private static float[] ruleInput(JsonNode input) {
        SplittableRandom random = random(input.get("key").asText());
        float[] values = new float[Math.toIntExact(shape(input.get("shape")).size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (fixture.at("/rule/input_range").asDouble() * (2 * random.nextDouble() - 1));
        }
        return values;
    }

    private static SplittableRandom random(String key) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return new SplittableRandom(hash + fixture.at("/rule/seed").asLong());
    }
}
