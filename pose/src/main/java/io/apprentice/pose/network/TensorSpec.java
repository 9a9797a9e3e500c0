package io.apprentice.pose.network;

import java.util.List;

/**
 * Name and shape of one tensor of a network, and where it lies in the network's flat vector.
 *
 * @param name the official PyTorch name
 * @param shape sizes, outermost first
 * @param offset index of its first entry in the flat vector of parameters or buffers
 */
public record TensorSpec(String name, List<Integer> shape, int offset) {

    /** Copies the shape. */
    public TensorSpec {
        shape = List.copyOf(shape);
    }

    /** Side of a convolution's kernel. */
    public int side() {
        return shape.get(3);
    }

    /** Number of entries. */
    public int size() {
        return shape.stream().reduce(1, Math::multiplyExact);
    }
}
