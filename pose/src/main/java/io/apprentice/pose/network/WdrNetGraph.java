package io.apprentice.pose.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The one description of the networks. Walking it yields the tensor tables and the TorchScript source of the forward pass.
 *
 * <p>The graph's inputs: {@code x}, images; {@code w}, all parameters as one flat vector; {@code b}, all buffers likewise. A
 * folded graph has another method {@code prepare}, which casts {@code w} and lays it out for the processor, once; it then
 * takes {@code x} and what that returned. Outputs, cells in raster order and levels from fine to coarse: logits {@code [n, cells, classes]}, votes {@code [n,
 * cells, classes * 16]}; with patches, patch logits {@code [n, cells of the two finest levels, patches]}; with features, the
 * pyramid's levels {@code [n, cells, features]} behind 1x1 convolutions, or, in the mode that asks for them, as they are. One flat
 * vector makes the gradient one tensor, and the optimizer, averages and checkpoints plain arrays.
 */
final class WdrNetGraph {

    private static final double[] MEAN = {0.485 * 255, 0.456 * 255, 0.406 * 255};
    private static final double[] DEVIATION = {0.229 * 255, 0.224 * 255, 0.225 * 255};
    /** What the outputs are in, and operations that PyTorch does slowly in bfloat16. */
    private static final String OUTPUT_TYPE = "<output type>";

    private static final String INNER_TYPE = "<inner type>";
    private static final int GROUPS = 32;
    /** PyTorch's numbers for the orders of a map in memory. */
    private static final int CHANNELS_FIRST = 0;

    private static final int CHANNELS_LAST = 2;
    private static final int TOWER_CONVOLUTIONS = 4;

    private final WdrNetArchitecture architecture;
    private final GraphMode mode;
    private final boolean fused;
    private final Map<Integer, Integer> strides = new HashMap<>();
    private final List<TensorSpec> parameters = new ArrayList<>();
    private final List<TensorSpec> buffers = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();
    private int parameterCount;
    private int bufferCount;
    private int variables;
    private int outputs;

    private WdrNetGraph(WdrNetArchitecture architecture, GraphMode mode, boolean fused) {
        this.architecture = architecture;
        this.mode = mode;
        this.fused = fused && folded();
    }

    static WdrNetGraph describe(WdrNetArchitecture architecture, GraphMode mode) {
        return describe(architecture, mode, false);
    }

    /** With {@code fused}, a folded graph calls oneDNN's convolutions with the kernels as oneDNN stores them. */
    static WdrNetGraph describe(WdrNetArchitecture architecture, GraphMode mode, boolean fused) {
        WdrNetGraph graph = new WdrNetGraph(architecture, mode, fused);
        graph.walk();
        return graph;
    }

    List<TensorSpec> parameters() {
        return List.copyOf(parameters);
    }

    List<TensorSpec> buffers() {
        return List.copyOf(buffers);
    }

    private boolean folded() {
        return mode == GraphMode.FOLDED || mode == GraphMode.FOLDED_WITH_FEATURES;
    }

    /**
     * TorchScript source of the methods.
     *
     * @param rgbBytes whether {@code x} is uint8 {@code [n, h, w, 3]}, normalised inside; otherwise it is normalised float
     *     {@code [n, 3, h, w]}
     */
    String source(Precision precision, boolean rgbBytes) {
        StringBuilder s = new StringBuilder();
        if (folded()) {
            prepare(s, precision);
        }
        s.append("  def forward(self: __torch__.Net,\n    x: Tensor,\n    ");
        s.append(folded() ? "cs: List[Tensor]" : "w: Tensor,\n    b: Tensor");
        s.append(") -> Tuple[")
                .append(String.join(", ", Collections.nCopies(outputs, "Tensor")))
                .append("]:\n");
        if (rgbBytes) {
            line(s, "x0 = torch.to(torch.permute(x, [0, 3, 1, 2]), 6)");
            line(s, "m = torch.view(torch.tensor(%s, dtype=6, device=ops.prim.device(x)), [1, 3, 1, 1])", list(MEAN));
            line(
                    s,
                    "d = torch.view(torch.tensor(%s, dtype=6, device=ops.prim.device(x)), [1, 3, 1, 1])",
                    list(DEVIATION));
            line(s, "x1 = torch.div(torch.sub(x0, m), d)");
        } else {
            line(s, "x1 = x");
        }
        line(s, "image = torch.contiguous(torch.to(x1, %d), memory_format=2)", precision.torchCode());
        if (!folded()) {
            line(s, "ws = torch.split_with_sizes(w, %s)", sizes(parameters));
            line(s, "c = torch.to(w, %d)", precision.torchCode());
            kernels(s);
            line(s, "bs = torch.split_with_sizes(b, %s)", sizes(buffers));
        }
        int outputType = precision == Precision.FLOAT64 ? Precision.FLOAT64.torchCode() : Precision.FLOAT32.torchCode();
        s.append(body.toString()
                .replace(OUTPUT_TYPE, Integer.toString(outputType))
                .replace(INNER_TYPE, Integer.toString(precision.torchCode())));
        return s.toString();
    }

    /** Every kernel is laid out as the maps are, once, though all levels share those of the head. */
    private void kernels(StringBuilder s) {
        line(s, "cs = torch.split_with_sizes(c, %s)", sizes(parameters));
        for (int i = 0; i < parameters.size(); i++) {
            List<Integer> shape = parameters.get(i).shape();
            if (shape.size() == 4 && fused) {
                int pad = shape.get(3) / 2;
                int stride = strides.get(i);
                line(
                        s,
                        "k%d = torch.mkldnn_reorder_conv2d_weight(torch.to_mkldnn(torch.view(cs[%d], %s)), [%d, %d], [%d, %d])",
                        i,
                        i,
                        shape,
                        pad,
                        pad,
                        stride,
                        stride);
            } else if (shape.size() == 4) {
                line(s, "k%d = torch.contiguous(torch.view(cs[%d], %s), memory_format=2)", i, i, shape);
            }
        }
    }

    private void prepare(StringBuilder s, Precision precision) {
        s.append("  def prepare(self: __torch__.Net,\n    w: Tensor) -> List[Tensor]:\n");
        // a copy: the memory of w belongs to Java, which frees it
        line(s, "c = torch.to(w, %d, False, True)", precision.torchCode());
        kernels(s);
        List<String> prepared = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            prepared.add(parameters.get(i).shape().size() == 4 ? "k" + i : "cs[" + i + "]");
        }
        line(s, "return [%s]", String.join(", ", prepared));
    }

    private static void line(StringBuilder s, String format, Object... arguments) {
        s.append("    ").append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    private static String sizes(List<TensorSpec> tensors) {
        return tensors.stream().map(TensorSpec::size).toList().toString();
    }

    private static String list(double[] values) {
        return "[%s, %s, %s]".formatted(values[0], values[1], values[2]);
    }

    private void walk() {
        List<String> features = switch (architecture.backbone()) {
            case DARKNET_TINY ->
                tiny(new int[][] {{16}, {32}, {16, 128, 16, 128}, {32, 256, 32, 256}, {64, 512, 64, 512, 128}});
            case DARKNET_TINY_H ->
                tiny(new int[][] {{8}, {16}, {8, 64, 8, 64}, {16, 128, 16, 128}, {32, 256, 32, 256, 64}});
            case DARKNET53 -> darknet53();
        };
        int[] channels = switch (architecture.backbone()) {
            case DARKNET_TINY -> new int[] {128, 128};
            case DARKNET_TINY_H -> new int[] {64, 64};
            case DARKNET53 -> new int[] {256, 512, 1024};
        };
        int[] stages = architecture.backbone() == Backbone.DARKNET53 ? new int[] {2, 3, 4} : new int[] {2, 3};
        List<String> pyramid = pyramid(features, channels, stages);
        head(pyramid);
    }

    /** Stages of plain units, 2x2 max-pooling after all but the last; yields the outputs of stages 3 and 5. */
    private List<String> tiny(int[][] stages) {
        String y = "image";
        int in = 3;
        List<String> features = new ArrayList<>();
        for (int stage = 1; stage <= stages.length; stage++) {
            int[] units = stages[stage - 1];
            for (int unit = 1; unit <= units.length; unit++) {
                int kernel = units.length > 1 && unit % 2 == 1 ? 1 : 3;
                y = unit("backbone.features.stage%d.unit%d".formatted(stage, unit), y, in, units[unit - 1], kernel, 1);
                in = units[unit - 1];
            }
            if (stage < stages.length) {
                y = assign(
                        "torch.to(torch.max_pool2d(torch.to(%s, %s), [2, 2], [2, 2]), %s)", y, OUTPUT_TYPE, INNER_TYPE);
            }
            if (stage == 3 || stage == 5) {
                features.add(y);
            }
        }
        return features;
    }

    private List<String> darknet53() {
        String y = unit("backbone.features.init_block", "image", 3, 32, 3, 1);
        int[] width = {64, 128, 256, 512, 1024};
        int[] units = {2, 3, 9, 9, 5};
        int in = 32;
        List<String> features = new ArrayList<>();
        for (int stage = 1; stage <= 5; stage++) {
            int out = width[stage - 1];
            String name = "backbone.features.stage%d.unit".formatted(stage);
            y = unit(name + 1, y, in, out, 3, 2);
            for (int unit = 2; unit <= units[stage - 1]; unit++) {
                String inner = unit(name + unit + ".conv1", y, out, out / 2, 1, 1);
                y = assign("torch.add(%s, %s)", unit(name + unit + ".conv2", inner, out / 2, out, 3, 1), y);
            }
            in = out;
            if (stage >= 3) {
                features.add(y);
            }
        }
        return features;
    }

    /** Lateral 1x1, nearest upsampling and addition, 3x3 output; two more levels from the last backbone feature. */
    private List<String> pyramid(List<String> features, int[] channels, int[] stages) {
        int width = architecture.pyramidWidth();
        int n = features.size();
        String[] inner = new String[n];
        for (int i = 0; i < n; i++) {
            inner[i] = convolution("fpn.inner_convs." + stages[i], features.get(i), channels[i], width, 1, 1);
        }
        for (int i = n - 2; i >= 0; i--) {
            inner[i] = assign("torch.add(%s, torch.upsample_nearest2d(%s, None, [2., 2.]))", inner[i], inner[i + 1]);
        }
        List<String> levels = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            levels.add(convolution("fpn.out_convs." + stages[i], inner[i], width, width, 3, 1));
        }
        String p6 = convolution("fpn.top_blocks.p6", features.get(n - 1), channels[n - 1], width, 3, 2);
        levels.add(p6);
        levels.add(convolution("fpn.top_blocks.p7", assign("torch.relu(%s)", p6), width, width, 3, 2));
        return levels;
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
            cls.add(cells(convolve(runTower(levels.get(level), level, classTower), logits, 3, 1), classes));
            String vote = convolve(runTower(levels.get(level), level, poseTower), votes, 3, 1);
            reg.add(cells(
                    assign("torch.mul(%s, cs[%d])", vote, firstScale + level), classes * WdrNetArchitecture.VOTE));
        }
        List<String> results = new ArrayList<>(List.of(join(cls), join(reg)));
        if (architecture.patches() > 0) {
            List<String> patches = new ArrayList<>();
            for (int level = 0; level < WdrNetArchitecture.PATCH_LEVELS; level++) {
                patches.add(cells(
                        convolution(
                                "auxiliary.patches." + level, levels.get(level), width, architecture.patches(), 1, 1),
                        architecture.patches()));
            }
            results.add(join(patches));
        }
        if (architecture.features() > 0 || mode == GraphMode.FOLDED_WITH_FEATURES) {
            results.add(join(features(levels)));
        }
        outputs = results.size();
        line(body, "return (%s)", String.join(", ", results));
    }

    private List<String> features(List<String> levels) {
        int width = architecture.pyramidWidth();
        int channels = architecture.features();
        List<String> features = new ArrayList<>();
        for (int level = 0; level < levels.size(); level++) {
            String map = levels.get(level);
            features.add(
                    mode == GraphMode.FOLDED_WITH_FEATURES
                            ? cells(map, width)
                            : cells(convolution("auxiliary.features." + level, map, width, channels, 1, 1), channels));
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
        // PyTorch is quick at normalising either large maps with channels last, or any with channels first
        int laidOut = level == 0 ? CHANNELS_LAST : CHANNELS_FIRST;
        String y = input;
        for (int first : tensors) {
            y = assign(
                    "torch.contiguous(torch.relu_(torch.group_norm(torch.contiguous(%s, memory_format=%d), %d, cs[%d], cs[%d], 1e-05)), memory_format=%d)",
                    convolve(y, first, 3, 1), laidOut, GROUPS, first + 2, first + 3, CHANNELS_LAST);
        }
        return y;
    }

    private String cells(String map, int channels) {
        return assign(
                "torch.reshape(torch.permute(%s, [0, 2, 3, 1]), [torch.size(%s, 0), -1, %d])", map, map, channels);
    }

    private static String join(List<String> parts) {
        return "torch.to(torch.cat([" + String.join(", ", parts) + "], 1), " + OUTPUT_TYPE + ")";
    }

    /** Convolution without bias, batch normalisation, leaky ReLU. */
    private String unit(String name, String input, int in, int out, int kernel, int stride) {
        if (folded()) {
            int weight = convolutionTensors(name + ".conv", in, out, kernel, true);
            String y = convolve(input, weight, kernel, stride, true);
            return fused ? y : assign("torch.leaky_relu_(%s, 0.1)", y);
        }
        int weight = convolutionTensors(name + ".conv", in, out, kernel, false);
        int scale = parameter(name + ".bn.weight", out);
        int shift = parameter(name + ".bn.bias", out);
        int mean = buffer(name + ".bn.running_mean", out);
        int variance = buffer(name + ".bn.running_var", out);
        return assign(
                "torch.leaky_relu_(torch.batch_norm(torch.conv2d(%s, %s, None, [%d, %d], [%d, %d]), ws[%d], ws[%d], bs[%d], bs[%d], %s, 0.1, 1e-05, True), 0.1)",
                input,
                kernel(weight),
                stride,
                stride,
                kernel / 2,
                kernel / 2,
                scale,
                shift,
                mean,
                variance,
                mode == GraphMode.TRAINING ? "True" : "False");
    }

    private String convolution(String name, String input, int in, int out, int kernel, int stride) {
        return convolve(input, convolutionTensors(name, in, out, kernel, true), kernel, stride);
    }

    /** Describes the tensors of a convolution; returns the index of the weight, its bias is the next one. */
    private int convolutionTensors(String name, int in, int out, int kernel, boolean bias) {
        int weight = parameter(name + ".weight", out, in, kernel, kernel);
        if (bias) {
            parameter(name + ".bias", out);
        }
        return weight;
    }

    private String convolve(String input, int weight, int kernel, int stride) {
        return convolve(input, weight, kernel, stride, false);
    }

    /** With bias; where convolutions are fused, {@code leaky} ReLU is part of it. */
    private String convolve(String input, int weight, int kernel, int stride, boolean leaky) {
        strides.put(weight, stride);
        int pad = kernel / 2;
        if (fused) {
            return assign(
                    "ops.mkldnn._convolution_pointwise(%s, %s, cs[%d], [%d, %d], [%d, %d], [1, 1], 1, \"%s\", annotate(List[Optional[number]], [%s]), None)",
                    input,
                    kernel(weight),
                    weight + 1,
                    pad,
                    pad,
                    stride,
                    stride,
                    leaky ? "leaky_relu" : "none",
                    leaky ? "0.1" : "");
        }
        return assign(
                "torch.conv2d(%s, %s, cs[%d], [%d, %d], [%d, %d])",
                input, kernel(weight), weight + 1, stride, stride, pad, pad);
    }

    private String kernel(int weight) {
        return folded() ? "cs[" + weight + "]" : "k" + weight;
    }

    private String assign(String format, Object... arguments) {
        String variable = "y" + variables++;
        line(body, variable + " = " + format, arguments);
        return variable;
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
