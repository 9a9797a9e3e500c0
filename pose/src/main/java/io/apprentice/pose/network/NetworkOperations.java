package io.apprentice.pose.network;

import java.util.List;

/**
 * What a network is made of. {@link WdrNetGraph} calls these in the order of the forward pass; each returns the name of what it
 * computes, for later calls. Maps have channels, rows and columns; tensors go by their index in the graph's tables.
 */
public interface NetworkOperations {

    /** Red, green and blue of the mean image, 0 to 255, which is taken away. */
    List<Double> MEAN = List.of(0.485 * 255, 0.456 * 255, 0.406 * 255);
    /** What the difference is then divided by. */
    List<Double> DEVIATION = List.of(0.229 * 255, 0.224 * 255, 0.225 * 255);
    /** Of group normalisation. */
    int GROUPS = 32;

    /** The image, normalised: where the walk begins. */
    String image();

    /**
     * A convolution with bias.
     *
     * @param weight index of the kernel, the bias's is the next one
     * @param kernel side, an odd number; the map is padded by half of it
     * @param leaky whether a leaky ReLU of slope 0.1 follows
     */
    String convolution(String input, int weight, TensorSpec kernel, int stride, boolean leaky);

    /**
     * A convolution without bias, batch normalisation and leaky ReLU. Not in a graph that only answers.
     *
     * @param weight index of the kernel; the indices of weight and bias of the normalisation are the next ones
     * @param mean index of the running mean among the buffers; the variance's is the next one
     */
    String normalisedUnit(String input, int weight, TensorSpec kernel, int stride, int mean);

    /** The largest of each 2x2. */
    String maxPool(String input);

    /** The sum of two maps. */
    String sum(String one, String other);

    /** Each value repeated in 2x2. */
    String enlarged(String input);

    /** What is above zero. */
    String relu(String input);

    /**
     * Group normalisation in {@link #GROUPS} groups, then ReLU.
     *
     * @param weight index of the weight, the bias's is the next one
     * @param level of the pyramid, 0 the finest
     */
    String normalisedGroups(String input, int weight, int level);

    /** A map times a tensor of one number. */
    String scaled(String input, int factor);

    /** A map as a list of cells in raster order, {@code [n, cells, channels]}. */
    String cells(String map, int channels);

    /** Cells of several levels one after the other. */
    String joined(List<String> parts);

    /** What the network returns. */
    void outputs(List<String> results);
}
