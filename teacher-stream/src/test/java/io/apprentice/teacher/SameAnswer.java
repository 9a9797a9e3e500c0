package io.apprentice.teacher;

import io.apprentice.pose.network.CropNetwork;
import io.apprentice.pose.network.WdrNet;
import java.nio.ByteBuffer;

/** Answers each crop as the network answered the first one: a network takes long, and poison does not reach into it. */
final class SameAnswer implements CropNetwork {

    private final WdrNet network;
    private WdrNet.Output first;

    SameAnswer(WdrNet network) {
        this.network = network;
    }

    @Override
    public WdrNet.Output run(ByteBuffer rgb, int batch, int width, int height) {
        if (first == null) {
            first = network.run(rgb.duplicate().limit(3 * width * height), 1, width, height);
        }
        return new WdrNet.Output(
                first.cells(), repeated(first.logits(), batch), repeated(first.values(), batch), new float[0]);
    }

    private static float[] repeated(float[] one, int times) {
        float[] all = new float[times * one.length];
        for (int i = 0; i < times; i++) {
            System.arraycopy(one, 0, all, i * one.length, one.length);
        }
        return all;
    }

    @Override
    public int largestBatch() {
        return network.largestBatch();
    }

    @Override
    public void close() {
        network.close();
    }
}
