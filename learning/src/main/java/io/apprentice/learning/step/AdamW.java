package io.apprentice.learning.step;

import java.nio.ByteBuffer;

/**
 * Adam with decoupled weight decay over one flat vector. {@link TrainingStep} clips the gradient and averages the
 * weights.
 *
 * @see "Loshchilov and Hutter, Decoupled Weight Decay Regularization, arXiv:1711.05101"
 */
final class AdamW {

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final float[] first;
    private final float[] second;
    private long steps;

    AdamW(int size) {
        first = new float[size];
        second = new float[size];
    }

    static double norm(float[] gradient) {
        double sum = 0;
        for (float g : gradient) {
            sum += (double) g * g;
        }
        return Math.sqrt(sum);
    }

    /** Moves {@code parameters} against {@code gradient} scaled by {@code gradientScale}. */
    void step(float[] parameters, float[] gradient, double gradientScale, double learningRate, double weightDecay) {
        steps++;
        float scale = (float) gradientScale;
        float keep = (float) (1 - learningRate * weightDecay);
        float rate = (float) (learningRate / (1 - Math.pow(BETA1, (double) steps)));
        float rootCorrection = (float) (1 / Math.sqrt(1 - Math.pow(BETA2, (double) steps)));
        float beta1 = (float) BETA1;
        float beta2 = (float) BETA2;
        float epsilon = (float) EPSILON;
        for (int i = 0; i < parameters.length; i++) {
            float g = gradient[i] * scale;
            float m = beta1 * first[i] + (1 - beta1) * g;
            float v = beta2 * second[i] + (1 - beta2) * g * g;
            first[i] = m;
            second[i] = v;
            parameters[i] = keep * parameters[i] - rate * m / ((float) Math.sqrt(v) * rootCorrection + epsilon);
        }
    }

    int stateBytes() {
        return Long.BYTES + 2 * Float.BYTES * first.length;
    }

    void write(ByteBuffer target) {
        target.putLong(steps);
        putFloats(target, first);
        putFloats(target, second);
    }

    void read(ByteBuffer source) {
        steps = source.getLong();
        getFloats(source, first);
        getFloats(source, second);
    }

    static void putFloats(ByteBuffer target, float[] values) {
        target.asFloatBuffer().put(values);
        target.position(target.position() + Float.BYTES * values.length);
    }

    static void getFloats(ByteBuffer source, float[] values) {
        source.asFloatBuffer().get(values);
        source.position(source.position() + Float.BYTES * values.length);
    }
}
