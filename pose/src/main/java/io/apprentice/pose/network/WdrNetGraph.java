package io.apprentice.pose.network;

import java.util.ArrayList;
import java.util.List;

/**
 * The one description of the networks. Walking it yields the tensor tables, and calls operations that write the forward pass
 * down.
 *
 * <p>Outputs, cells in raster order and levels from fine to coarse: logits {@code [n, cells, classes]}, votes {@code [n,
 * cells, classes * 16]}; with patches, patch logits {@code [n, cells of the two finest levels, patches]}; with features, the
 * pyramid's levels {@code [n, cells, features]} behind 1x1 convolutions, or, in the mode that asks for them, as they are.
 *
 * <p>A dense network has the same backbone and a decoder in place of pyramid and head: two coarser maps that see the whole crop,
 * then, at each of the backbone's strides down to 4, the sum of the enlarged map and of the backbone's own behind a 1x1
 * convolution, and a 3x3 unit. Its outputs have the same order: logits of the mask {@code [n, cells, classes]}, of the bits
 * {@code [n, cells, classes * bits]}, and features from the last map.
 */
final class WdrNetGraph {

    /** Maps of a decoder that are coarser than the backbone's, each half as wide as the one before. */
    static final int CONTEXT_LEVELS = 2;

    /** The convolutions that give a dense network's mask and codes. */
    static final String MASK = "decoder.mask";

    static final String CODES = "decoder.codes";

    private static final int TOWER_CONVOLUTIONS = 4;

    private final WdrNetArchitecture architecture;
    private final GraphMode mode;
    private final NetworkOperations operations;
    private final List<TensorSpec> parameters = new ArrayList<>();
    private final List<TensorSpec> buffers = new ArrayList<>();
    private int parameterCount;
    private int bufferCount;

    private WdrNetGraph(WdrNetArchitecture architecture, GraphMode mode, NetworkOperations operations) {
        this.architecture = architecture;
        this.mode = mode;
        this.operations = operations;
    }

    /** The tables alone. */
    static WdrNetGraph describe(WdrNetArchitecture architecture, GraphMode mode) {
        return describe(architecture, mode, new TorchScriptSource(mode, false));
    }

    /** Writes the forward pass down as {@code operations} do. */
    static WdrNetGraph describe(WdrNetArchitecture architecture, GraphMode mode, NetworkOperations operations) {
        WdrNetGraph graph = new WdrNetGraph(architecture, mode, operations);
        graph.walk();
        return graph;
    }

    List<TensorSpec> parameters() {
        return List.copyOf(parameters);
    }

    List<TensorSpec> buffers() {
        return List.copyOf(buffers);
    }

    /** A stage's last map, also behind the pooling that follows; the same where none does. */
    private record Stage(String map, String pooled, int channels) {}

    private void walk() {
        List<Stage> stages = switch (architecture.backbone()) {
            case DARKNET_TINY ->
                tiny(new int[][] {{16}, {32}, {16, 128, 16, 128}, {32, 256, 32, 256}, {64, 512, 64, 512, 128}});
            case DARKNET_TINY_H ->
                tiny(new int[][] {{8}, {16}, {8, 64, 8, 64}, {16, 128, 16, 128}, {32, 256, 32, 256, 64}});
            case DARKNET53 -> darknet53();
        };
        if (architecture.codeBits() > 0) {
            decoder(stages);
        } else {
            head(pyramid(stages));
        }
    }

    /** Stages of plain units, 2x2 max-pooling after all but the last. */
    private List<Stage> tiny(int[][] stages) {
        String y = operations.image();
        int in = 3;
        List<Stage> done = new ArrayList<>();
        for (int stage = 1; stage <= stages.length; stage++) {
            int[] units = stages[stage - 1];
            for (int unit = 1; unit <= units.length; unit++) {
                int kernel = units.length > 1 && unit % 2 == 1 ? 1 : 3;
                y = unit("backbone.features.stage%d.unit%d".formatted(stage, unit), y, in, units[unit - 1], kernel, 1);
                in = units[unit - 1];
            }
            String map = y;
            if (stage < stages.length) {
                y = operations.maxPool(y);
            }
            done.add(new Stage(map, y, in));
        }
        return done;
    }

    private List<Stage> darknet53() {
        String y = unit("backbone.features.init_block", operations.image(), 3, 32, 3, 1);
        int[] width = {64, 128, 256, 512, 1024};
        int[] units = {2, 3, 9, 9, 5};
        int in = 32;
        List<Stage> stages = new ArrayList<>();
        for (int stage = 1; stage <= 5; stage++) {
            int out = width[stage - 1];
            String name = "backbone.features.stage%d.unit".formatted(stage);
            y = unit(name + 1, y, in, out, 3, 2);
            for (int unit = 2; unit <= units[stage - 1]; unit++) {
                String inner = unit(name + unit + ".conv1", y, out, out / 2, 1, 1);
                y = operations.sum(unit(name + unit + ".conv2", inner, out / 2, out, 3, 1), y);
            }
            in = out;
            stages.add(new Stage(y, y, out));
        }
        return stages;
    }

    /** Lateral 1x1, nearest upsampling and addition, 3x3 output; two more levels from the last backbone feature. */
    private List<String> pyramid(List<Stage> backbone) {
        boolean large = architecture.backbone() == Backbone.DARKNET53;
        List<Stage> features = large ? backbone.subList(2, 5) : List.of(backbone.get(2), backbone.get(4));
        int[] stages = large ? new int[] {2, 3, 4} : new int[] {2, 3};
        int width = architecture.pyramidWidth();
        int n = features.size();
        String[] inner = new String[n];
        for (int i = 0; i < n; i++) {
            Stage feature = features.get(i);
            inner[i] = convolution("fpn.inner_convs." + stages[i], feature.pooled(), feature.channels(), width, 1, 1);
        }
        for (int i = n - 2; i >= 0; i--) {
            inner[i] = operations.sum(inner[i], operations.enlarged(inner[i + 1]));
        }
        List<String> levels = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            levels.add(convolution("fpn.out_convs." + stages[i], inner[i], width, width, 3, 1));
        }
        Stage last = features.get(n - 1);
        String p6 = convolution("fpn.top_blocks.p6", last.pooled(), last.channels(), width, 3, 2);
        levels.add(p6);
        levels.add(convolution("fpn.top_blocks.p7", operations.relu(p6), width, width, 3, 2));
        return levels;
    }

    private void decoder(List<Stage> backbone) {
        int width = architecture.pyramidWidth();
        List<Stage> skips =
                backbone.subList(architecture.backbone() == Backbone.DARKNET53 ? 1 : 2, 5); // from stride 4 on
        Stage coarsest = skips.get(skips.size() - 1);
        List<String> context = new ArrayList<>();
        String y = coarsest.map();
        for (int level = 1; level <= CONTEXT_LEVELS; level++) {
            y = unit("decoder.context" + level, y, level == 1 ? coarsest.channels() : width, width, 3, 2);
            context.add(y);
        }
        for (int level = CONTEXT_LEVELS - 1; level >= 1; level--) {
            y = operations.sum(context.get(level - 1), operations.enlarged(y));
        }
        for (int i = skips.size() - 1; i >= 0; i--) {
            Stage skip = skips.get(i);
            String lateral = convolution("decoder.skip" + i, skip.map(), skip.channels(), width, 1, 1);
            y = unit("decoder.level" + i, operations.sum(lateral, operations.enlarged(y)), width, width, 3, 1);
        }
        y = unit("decoder.last", y, width, width, 3, 1);
        List<String> results = new ArrayList<>();
        results.add(output(MASK, y, architecture.classes()));
        results.add(output(CODES, y, architecture.classes() * architecture.codeBits()));
        if (architecture.features() > 0 || mode == GraphMode.FOLDED_WITH_FEATURES) {
            results.add(operations.joined(features(List.of(y))));
        }
        operations.outputs(results);
    }

    private String output(String name, String map, int channels) {
        String values = convolution(name, map, architecture.pyramidWidth(), channels, 1, 1);
        return operations.joined(List.of(operations.cells(values, channels)));
    }

    /** The head is shared by all levels: its tensors are described once and used per level. */
    private void head(List<String> levels) {
        int width = architecture.pyramidWidth();
        int classes = architecture.classes();
        List<Integer> classTower = tower("head.cls_tower.");
        List<Integer> poseTower = tower("head.pose_tower.");
        int logits = convolutionTensors("head.cls_logits", width, classes, 3, true);
        int votes = convolutionTensors("head.pose_pred", width, classes * WdrNetArchitecture.VOTE, 3, true);
        int firstScale = parameters.size();
        for (int level = 0; level < levels.size(); level++) {
            parameter("head.scales.%d.scale".formatted(level), 1);
        }
        List<String> cls = new ArrayList<>();
        List<String> reg = new ArrayList<>();
        for (int level = 0; level < levels.size(); level++) {
            cls.add(operations.cells(convolve(runTower(levels.get(level), level, classTower), logits, 1), classes));
            String vote = convolve(runTower(levels.get(level), level, poseTower), votes, 1);
            reg.add(operations.cells(operations.scaled(vote, firstScale + level), classes * WdrNetArchitecture.VOTE));
        }
        List<String> results = new ArrayList<>(List.of(operations.joined(cls), operations.joined(reg)));
        if (architecture.patches() > 0) {
            List<String> patches = new ArrayList<>();
            for (int level = 0; level < WdrNetArchitecture.PATCH_LEVELS; level++) {
                patches.add(operations.cells(
                        convolution(
                                "auxiliary.patches." + level, levels.get(level), width, architecture.patches(), 1, 1),
                        architecture.patches()));
            }
            results.add(operations.joined(patches));
        }
        if (architecture.features() > 0 || mode == GraphMode.FOLDED_WITH_FEATURES) {
            results.add(operations.joined(features(levels)));
        }
        operations.outputs(results);
    }

    private List<String> features(List<String> levels) {
        int width = architecture.pyramidWidth();
        int channels = architecture.features();
        List<String> features = new ArrayList<>();
        for (int level = 0; level < levels.size(); level++) {
            String map = levels.get(level);
            features.add(
                    mode == GraphMode.FOLDED_WITH_FEATURES
                            ? operations.cells(map, width)
                            : operations.cells(
                                    convolution("auxiliary.features." + level, map, width, channels, 1, 1), channels));
        }
        return features;
    }

    private List<Integer> tower(String name) {
        List<Integer> first = new ArrayList<>();
        int width = architecture.pyramidWidth();
        for (int i = 0; i < TOWER_CONVOLUTIONS; i++) {
            first.add(convolutionTensors(name + 3 * i, width, width, 3, true));
            parameter(name + (3 * i + 1) + ".weight", width);
            parameter(name + (3 * i + 1) + ".bias", width);
        }
        return first;
    }

    private String runTower(String input, int level, List<Integer> tensors) {
        String y = input;
        for (int first : tensors) {
            y = operations.normalisedGroups(convolve(y, first, 1), first + 2, level);
        }
        return y;
    }

    /** Convolution without bias, batch normalisation, leaky ReLU. */
    private String unit(String name, String input, int in, int out, int kernel, int stride) {
        if (mode.folded()) {
            int weight = convolutionTensors(name + ".conv", in, out, kernel, true);
            return operations.convolution(input, weight, parameters.get(weight), stride, true);
        }
        int weight = convolutionTensors(name + ".conv", in, out, kernel, false);
        parameter(name + ".bn.weight", out);
        parameter(name + ".bn.bias", out);
        int mean = buffer(name + ".bn.running_mean", out);
        buffer(name + ".bn.running_var", out);
        return operations.normalisedUnit(input, weight, parameters.get(weight), stride, mean);
    }

    private String convolution(String name, String input, int in, int out, int kernel, int stride) {
        return convolve(input, convolutionTensors(name, in, out, kernel, true), stride);
    }

    private String convolve(String input, int weight, int stride) {
        return operations.convolution(input, weight, parameters.get(weight), stride, false);
    }

    /** Describes the tensors of a convolution; returns the index of the weight, its bias is the next one. */
    private int convolutionTensors(String name, int in, int out, int kernel, boolean bias) {
        int weight = parameter(name + ".weight", out, in, kernel, kernel);
        if (bias) {
            parameter(name + ".bias", out);
        }
        return weight;
    }

    private int parameter(String name, Integer... shape) {
        TensorSpec tensor = new TensorSpec(name, List.of(shape), parameterCount);
        parameters.add(tensor);
        parameterCount = Math.addExact(parameterCount, tensor.size());
        return parameters.size() - 1;
    }

    private int buffer(String name, Integer... shape) {
        TensorSpec tensor = new TensorSpec(name, List.of(shape), bufferCount);
        buffers.add(tensor);
        bufferCount = Math.addExact(bufferCount, tensor.size());
        return buffers.size() - 1;
    }
}
