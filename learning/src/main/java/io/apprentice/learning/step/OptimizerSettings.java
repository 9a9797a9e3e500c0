package io.apprentice.learning.step;

/**
 * How a student's weights move at each step.
 *
 * @param learningRate step size of AdamW, above 0
 * @param weightDecay decoupled weight decay, at least 0
 * @param clip gradients longer than this are shortened to it, above 0
 * @param ema share that the average of the weights keeps at each step, 0 to below 1; 0: the last weights themselves
 */
public record OptimizerSettings(double learningRate, double weightDecay, double clip, double ema) {

    /** For going on with a trained student: no warm-up, a constant rate. */
    public static final OptimizerSettings DEFAULT = new OptimizerSettings(1e-3, 1e-4, 1, 0.995);

    /**
     * Checks.
     *
     * @throws IllegalArgumentException naming the component that is out of range
     */
    public OptimizerSettings {
        Checks.positive("learning-rate", learningRate);
        Checks.notNegative("weight-decay", weightDecay);
        Checks.positive("clip", clip);
        Checks.require(ema >= 0 && ema < 1, "ema", ema, "0 to below 1");
    }
}
