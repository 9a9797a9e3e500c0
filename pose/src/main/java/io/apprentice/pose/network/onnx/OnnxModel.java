package io.apprentice.pose.network.onnx;

import io.apprentice.pose.network.NetworkOperations;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A network as an ONNX file (operator set 17): input {@code x}, crops, uint8 {@code [n, size, size, 3]} RGB; outputs
 * {@code logits [n, cells, classes]} and {@code votes [n, cells, classes * 16]}, float32. The numbers of messages and fields are
 * those of the published {@code onnx.proto}.
 */
final class OnnxModel implements NetworkOperations {

    static final String CROPS = "x";
    static final String LOGITS = "logits";
    static final String VOTES = "votes";

    private static final int IR_VERSION = 8;
    private static final int OPERATORS = 17;
    private static final int FLOAT = 1;
    private static final int UINT8 = 2;
    private static final int INT64 = 7;

    /** Channels and side of a map. */
    private record Shape(int channels, int side) {}

    private final Protobuf graph = new Protobuf();
    private final Map<String, Shape> maps = new HashMap<>();
    private final int size;
    private int made;

    private OnnxModel(int size) {
        this.size = size;
    }

    /** The file's bytes; batch normalisation is folded, auxiliary outputs are left out. */
    static byte[] of(NetworkWeights weights) {
        OnnxModel model = new OnnxModel(weights.cropSize());
        float[] values = weights.folded();
        List<TensorSpec> tensors = weights.describe(model);
        for (int i = 0; i < tensors.size(); i++) {
            TensorSpec tensor = tensors.get(i);
            model.constant(tensor(i), tensor.shape(), floats(values, tensor.offset(), tensor.size()));
        }
        return model.toBytes();
    }

    private byte[] toBytes() {
        graph.text(2, "student");
        graph.message(11, tensorInfo(CROPS, UINT8, size, size, 3));
        graph.message(12, tensorInfo(LOGITS, FLOAT)).message(12, tensorInfo(VOTES, FLOAT));
        return new Protobuf()
                .number(1, IR_VERSION)
                .message(7, graph)
                .message(8, new Protobuf().number(2, OPERATORS))
                .toBytes();
    }

    /** A batch of these sizes, or of any. */
    private static Protobuf tensorInfo(String name, int type, int... sizes) {
        Protobuf tensor = new Protobuf().number(1, type);
        if (sizes.length > 0) {
            Protobuf shape = new Protobuf().message(1, new Protobuf().text(2, "n"));
            for (int length : sizes) {
                shape.message(1, new Protobuf().number(1, length));
            }
            tensor.message(2, shape);
        }
        return new Protobuf().text(1, name).message(2, new Protobuf().message(1, tensor));
    }

    @Override
    public String image() {
        if (!maps.containsKey("image")) {
            constant("mean", List.of(1, 3, 1, 1), colour(MEAN));
            constant("deviation", List.of(1, 3, 1, 1), colour(DEVIATION));
            String floats = node("Cast", List.of(CROPS), number("to", FLOAT));
            String planes = node("Transpose", List.of(floats), numbers("perm", 0, 3, 1, 2));
            String centred = node("Sub", List.of(planes, "mean"));
            node("image", "Div", List.of(centred, "deviation"));
            maps.put("image", new Shape(3, size));
        }
        return "image";
    }

    @Override
    public String convolution(String input, int weight, TensorSpec kernel, int stride, boolean leaky) {
        int side = kernel.side();
        int pad = side / 2;
        String y = node(
                "Conv",
                List.of(input, tensor(weight), tensor(weight + 1)),
                numbers("kernel_shape", side, side),
                numbers("pads", pad, pad, pad, pad),
                numbers("strides", stride, stride));
        Shape shape = new Shape(kernel.shape().get(0), (shape(input).side() + 2 * pad - side) / stride + 1);
        return leaky ? map(node("LeakyRelu", List.of(y), number("alpha", 0.1f)), shape) : map(y, shape);
    }

    @Override
    public String normalisedUnit(String input, int weight, TensorSpec kernel, int stride, int mean) {
        throw new IllegalStateException("batch normalisation is folded in a graph that only answers");
    }

    @Override
    public String maxPool(String input) {
        String y = node("MaxPool", List.of(input), numbers("kernel_shape", 2, 2), numbers("strides", 2, 2));
        return map(y, new Shape(shape(input).channels(), shape(input).side() / 2));
    }

    @Override
    public String sum(String one, String other) {
        return map(node("Add", List.of(one, other)), shape(one));
    }

    @Override
    public String enlarged(String input) {
        String scales = constant(List.of(4), floats(new float[] {1, 1, 2, 2}, 0, 4));
        String y = node(
                "Resize",
                List.of(input, "", scales),
                text("mode", "nearest"),
                text("coordinate_transformation_mode", "asymmetric"),
                text("nearest_mode", "floor"));
        return map(y, new Shape(shape(input).channels(), 2 * shape(input).side()));
    }

    @Override
    public String relu(String input) {
        return map(node("Relu", List.of(input)), shape(input));
    }

    /** The operator set has no group normalisation: each group is an instance of its own, and scaled afterwards. */
    @Override
    public String normalisedGroups(String input, int weight, int level) {
        Shape shape = shape(input);
        int inGroup = shape.channels() / GROUPS * shape.side() * shape.side();
        float[] ones = new float[GROUPS];
        Arrays.fill(ones, 1);
        String one = constant(List.of(GROUPS), floats(ones, 0, GROUPS));
        String zero = constant(List.of(GROUPS), floats(new float[GROUPS], 0, GROUPS));
        String groups = reshaped(input, 0, GROUPS, inGroup);
        String normalised = node("InstanceNormalization", List.of(groups, one, zero), number("epsilon", 1e-5f));
        String map = reshaped(normalised, 0, shape.channels(), shape.side(), shape.side());
        String scaled = node("Mul", List.of(map, reshaped(tensor(weight), 1, shape.channels(), 1, 1)));
        String shifted = node("Add", List.of(scaled, reshaped(tensor(weight + 1), 1, shape.channels(), 1, 1)));
        return map(node("Relu", List.of(shifted)), shape);
    }

    @Override
    public String scaled(String input, int factor) {
        return map(node("Mul", List.of(input, tensor(factor))), shape(input));
    }

    @Override
    public String cells(String map, int channels) {
        return reshaped(node("Transpose", List.of(map), numbers("perm", 0, 2, 3, 1)), 0, -1, channels);
    }

    @Override
    public String joined(List<String> parts) {
        return node("Concat", parts, number("axis", 1));
    }

    @Override
    public void outputs(List<String> results) {
        node(LOGITS, "Identity", List.of(results.get(0)));
        node(VOTES, "Identity", List.of(results.get(1)));
    }

    private String map(String name, Shape shape) {
        maps.put(name, shape);
        return name;
    }

    private Shape shape(String map) {
        Shape shape = maps.get(map);
        if (shape == null) {
            throw new IllegalStateException("'%s' is no map".formatted(map));
        }
        return shape;
    }

    /** To these sizes: 0 as it was, -1 what is left. */
    private String reshaped(String input, long... sizes) {
        ByteBuffer numbers = ByteBuffer.allocate(Long.BYTES * sizes.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long length : sizes) {
            numbers.putLong(length);
        }
        String shape = "v" + made++;
        constant(shape, List.of(sizes.length), INT64, numbers.array());
        return node("Reshape", List.of(input, shape));
    }

    private String node(String operator, List<String> inputs, Protobuf... attributes) {
        return node("v" + made++, operator, inputs, attributes);
    }

    private String node(String output, String operator, List<String> inputs, Protobuf... attributes) {
        Protobuf node = new Protobuf();
        inputs.forEach(input -> node.text(1, input));
        node.text(2, output).text(4, operator);
        for (Protobuf attribute : attributes) {
            node.message(5, attribute);
        }
        graph.message(1, node);
        return output;
    }

    private static Protobuf number(String name, int value) {
        return new Protobuf().text(1, name).number(3, value).number(20, 2);
    }

    private static Protobuf number(String name, float value) {
        return new Protobuf().text(1, name).number(2, value).number(20, 1);
    }

    private static Protobuf text(String name, String value) {
        return new Protobuf().text(1, name).text(4, value).number(20, 3);
    }

    private static Protobuf numbers(String name, int... values) {
        Protobuf attribute = new Protobuf().text(1, name);
        for (int value : values) {
            attribute.number(8, value);
        }
        return attribute.number(20, 7);
    }

    private static String tensor(int index) {
        return "t" + index;
    }

    private String constant(List<Integer> shape, byte[] floats) {
        String name = "v" + made++;
        constant(name, shape, floats);
        return name;
    }

    private void constant(String name, List<Integer> shape, byte[] floats) {
        constant(name, shape, FLOAT, floats);
    }

    private void constant(String name, List<Integer> shape, int type, byte[] values) {
        Protobuf tensor = new Protobuf();
        shape.forEach(length -> tensor.number(1, length));
        graph.message(5, tensor.number(2, type).text(8, name).bytes(9, values));
    }

    private static byte[] colour(List<Double> colour) {
        return floats(
                new float[] {
                    colour.get(0).floatValue(),
                    colour.get(1).floatValue(),
                    colour.get(2).floatValue()
                },
                0,
                3);
    }

    private static byte[] floats(float[] values, int from, int count) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * count).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values, from, count);
        return bytes.array();
    }
}
