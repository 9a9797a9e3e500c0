package io.apprentice.benchmarks.cuda;

import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TensorSpec;
import io.apprentice.pose.network.WdrNetArchitecture;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A network in use, its numbers by rule.
 *
 * @param name in file names
 * @param crop side of its crops, pixels
 */
record ExportedNetwork(String name, WdrNetArchitecture architecture, int crop) {

    static final int BATCH = 2;

    private static final NumberRule PARAMETERS = new NumberRule(1);
    private static final NumberRule BUFFERS = new NumberRule(2);
    private static final NumberRule CROPS = new NumberRule(3);
    private static final NumberRule SAMPLES = new NumberRule(4);
    private static final int SAMPLED = 256;

    /**
     * The sizes of the official configurations and of the networks in {@code models}, the latter with what fitting
     * adds to them.
     */
    static final List<ExportedNetwork> ALL = List.of(
            new ExportedNetwork("darknet53", new WdrNetArchitecture(Backbone.DARKNET53, 1, 256), 256),
            new ExportedNetwork("tiny", new WdrNetArchitecture(Backbone.DARKNET_TINY, 1, 256), 256),
            new ExportedNetwork("tiny-h", new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 128), 256),
            new ExportedNetwork("teacher-parcel", new WdrNetArchitecture(Backbone.DARKNET_TINY, 1, 128, 48, 0), 128),
            new ExportedNetwork(
                    "student-parcel", new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 64, 48, 128), 128));

    /** The middle of a tensor's numbers and how far they reach to either side. */
    record Range(float centre, float spread) {}

    /**
     * Kernels keep the size of what they are given, so that no layer's numbers vanish or overflow. Residual units add
     * little, and most units are on the open side of their ReLU; otherwise roundings decide the gradient, and there is
     * nothing to compare.
     */
    static Range range(TensorSpec tensor) {
        String name = tensor.name();
        if (name.endsWith("conv2.bn.weight")) {
            return new Range(0.1f, 0.05f);
        }
        if (tensor.shape().size() == 4) {
            return new Range(0, (float) Math.sqrt(6.0 * tensor.shape().get(0) / tensor.size()));
        }
        if (name.endsWith("running_var")) {
            return new Range(1, 0.5f);
        }
        if (name.endsWith(".bias") && (name.contains(".bn.") || name.contains("_tower."))) {
            return new Range(1, 0.1f);
        }
        return name.endsWith(".weight") || name.endsWith(".scale") ? new Range(1, 0.25f) : new Range(0, 0.1f);
    }

    NetworkWeights weights() {
        return new NetworkWeights(
                architecture,
                numbers(PARAMETERS, architecture.parameters()),
                numbers(BUFFERS, architecture.buffers()),
                Map.of());
    }

    private static float[] numbers(NumberRule rule, List<TensorSpec> tensors) {
        float[] numbers = new float[tensors.stream().mapToInt(TensorSpec::size).sum()];
        for (TensorSpec tensor : tensors) {
            Range range = range(tensor);
            rule.fill(numbers, tensor.offset(), tensor.size(), range.centre(), range.spread());
        }
        return numbers;
    }

    /** {@value #BATCH} crops of RGB bytes. */
    byte[] crops() {
        return CROPS.bytes(BATCH * crop * crop * 3);
    }

    /** Of the gradient of each tensor {@value #SAMPLED} entries by rule, or all where there are not more. */
    float[] samples(float[] gradient) {
        float[] samples = new float[gradient.length];
        int count = 0;
        for (TensorSpec tensor : architecture.parameters()) {
            boolean all = tensor.size() <= SAMPLED;
            for (int i = 0; i < Math.min(SAMPLED, tensor.size()); i++) {
                samples[count++] = gradient[tensor.offset() + (all ? i : SAMPLES.index(i, tensor.size()))];
            }
        }
        return Arrays.copyOf(samples, count);
    }
}
