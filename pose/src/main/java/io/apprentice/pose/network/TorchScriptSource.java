package io.apprentice.pose.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A network as TorchScript.
 *
 * <p>The graph's inputs: {@code x}, images; {@code w}, all parameters as one flat vector; {@code b}, all buffers likewise. A
 * folded graph has another method {@code prepare}, which casts {@code w} and lays it out for the processor, once; it then
 * takes {@code x} and what that returned. One flat vector makes the gradient one tensor, and the optimizer, averages and
 * checkpoints plain arrays.
 */
final class TorchScriptSource implements NetworkOperations {

    /** What the outputs are in, and operations that PyTorch does slowly in bfloat16. */
    private static final String OUTPUT_TYPE = "<output type>";

    private static final String INNER_TYPE = "<inner type>";
    /** PyTorch's numbers for the orders of a map in memory. */
    private static final int CHANNELS_FIRST = 0;

    private static final int CHANNELS_LAST = 2;

    private final GraphMode mode;
    private final boolean fused;
    private final Map<Integer, Integer> strides = new HashMap<>();
    private final StringBuilder body = new StringBuilder();
    private int variables;
    private int outputs;

    /** With {@code fused}, a folded graph calls oneDNN's convolutions with the kernels as oneDNN stores them. */
    TorchScriptSource(GraphMode mode, boolean fused) {
        this.mode = mode;
        this.fused = fused && mode.folded();
    }

    /**
     * TorchScript source of the methods.
     *
     * @param graph that was described to this
     * @param rgbBytes whether {@code x} is uint8 {@code [n, h, w, 3]}, normalised inside; otherwise it is normalised float
     *     {@code [n, 3, h, w]}
     */
    String text(WdrNetGraph graph, Precision precision, boolean rgbBytes) {
        StringBuilder s = new StringBuilder();
        if (mode.folded()) {
            prepare(s, graph.parameters(), precision);
        }
        s.append("  def forward(self: __torch__.Net,\n    x: Tensor,\n    ");
        s.append(mode.folded() ? "cs: List[Tensor]" : "w: Tensor,\n    b: Tensor");
        s.append(") -> Tuple[")
                .append(String.join(", ", Collections.nCopies(outputs, "Tensor")))
                .append("]:\n");
        if (rgbBytes) {
            line(s, "x0 = torch.to(torch.permute(x, [0, 3, 1, 2]), 6)");
            line(s, "m = torch.view(torch.tensor(%s, dtype=6, device=ops.prim.device(x)), [1, 3, 1, 1])", MEAN);
            line(s, "d = torch.view(torch.tensor(%s, dtype=6, device=ops.prim.device(x)), [1, 3, 1, 1])", DEVIATION);
            line(s, "x1 = torch.div(torch.sub(x0, m), d)");
        } else {
            line(s, "x1 = x");
        }
        line(s, "image = torch.contiguous(torch.to(x1, %d), memory_format=2)", precision.torchCode());
        if (!mode.folded()) {
            line(s, "ws = torch.split_with_sizes(w, %s)", sizes(graph.parameters()));
            line(s, "c = torch.to(w, %d)", precision.torchCode());
            kernels(s, graph.parameters());
            line(s, "bs = torch.split_with_sizes(b, %s)", sizes(graph.buffers()));
        }
        int outputType = precision == Precision.FLOAT64 ? Precision.FLOAT64.torchCode() : Precision.FLOAT32.torchCode();
        s.append(body.toString()
                .replace(OUTPUT_TYPE, Integer.toString(outputType))
                .replace(INNER_TYPE, Integer.toString(precision.torchCode())));
        return s.toString();
    }

    /** Every kernel is laid out as the maps are, once, though all levels share those of the head. */
    private void kernels(StringBuilder s, List<TensorSpec> parameters) {
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

    private void prepare(StringBuilder s, List<TensorSpec> parameters, Precision precision) {
        s.append("  def prepare(self: __torch__.Net,\n    w: Tensor) -> List[Tensor]:\n");
        // a copy: the memory of w belongs to Java, which frees it
        line(s, "c = torch.to(w, %d, False, True)", precision.torchCode());
        kernels(s, parameters);
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

    @Override
    public String image() {
        return "image";
    }

    @Override
    public String convolution(String input, int weight, TensorSpec kernel, int stride, boolean leaky) {
        strides.put(weight, stride);
        int pad = kernel.side() / 2;
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
        String y = assign(
                "torch.conv2d(%s, %s, cs[%d], [%d, %d], [%d, %d])",
                input, kernel(weight), weight + 1, stride, stride, pad, pad);
        return leaky ? assign("torch.leaky_relu_(%s, 0.1)", y) : y;
    }

    @Override
    public String normalisedUnit(String input, int weight, TensorSpec kernel, int stride, int mean) {
        int pad = kernel.side() / 2;
        return assign(
                "torch.leaky_relu_(torch.batch_norm(torch.conv2d(%s, %s, None, [%d, %d], [%d, %d]), ws[%d], ws[%d], bs[%d], bs[%d], %s, 0.1, 1e-05, True), 0.1)",
                input,
                kernel(weight),
                stride,
                stride,
                pad,
                pad,
                weight + 1,
                weight + 2,
                mean,
                mean + 1,
                mode == GraphMode.TRAINING ? "True" : "False");
    }

    private String kernel(int weight) {
        return mode.folded() ? "cs[" + weight + "]" : "k" + weight;
    }

    @Override
    public String maxPool(String input) {
        return assign(
                "torch.to(torch.max_pool2d(torch.to(%s, %s), [2, 2], [2, 2]), %s)", input, OUTPUT_TYPE, INNER_TYPE);
    }

    @Override
    public String sum(String one, String other) {
        return assign("torch.add(%s, %s)", one, other);
    }

    @Override
    public String enlarged(String input) {
        return "torch.upsample_nearest2d(%s, None, [2., 2.])".formatted(input);
    }

    @Override
    public String relu(String input) {
        return assign("torch.relu(%s)", input);
    }

    @Override
    public String normalisedGroups(String input, int weight, int level) {
        // PyTorch is quick at normalising either large maps with channels last, or any with channels first
        return assign(
                "torch.contiguous(torch.relu_(torch.group_norm(torch.contiguous(%s, memory_format=%d), %d, cs[%d], cs[%d], 1e-05)), memory_format=%d)",
                input, level == 0 ? CHANNELS_LAST : CHANNELS_FIRST, GROUPS, weight, weight + 1, CHANNELS_LAST);
    }

    @Override
    public String scaled(String input, int factor) {
        return assign("torch.mul(%s, cs[%d])", input, factor);
    }

    @Override
    public String cells(String map, int channels) {
        return assign(
                "torch.reshape(torch.permute(%s, [0, 2, 3, 1]), [torch.size(%s, 0), -1, %d])", map, map, channels);
    }

    @Override
    public String joined(List<String> parts) {
        return "torch.to(torch.cat([" + String.join(", ", parts) + "], 1), " + OUTPUT_TYPE + ")";
    }

    @Override
    public void outputs(List<String> results) {
        outputs = results.size();
        line(body, "return (%s)", String.join(", ", results));
    }

    private String assign(String format, Object... arguments) {
        String variable = "y" + variables++;
        line(body, variable + " = " + format, arguments);
        return variable;
    }
}
