package io.apprentice.learning.sample;

import io.apprentice.learning.step.Checks;

/**
 * How much the crop and the colours of a sample vary from one use to the next. A strength of 0 means not at all.
 *
 * @param shift the crop's centre moves by up to this share of the object's box
 * @param zoom the crop's side varies by up to this share
 * @param rotation the crop turns by up to this angle, degrees
 * @param wide share of crops that show half of the frame or more, as the search for a lost object does, 0 to 1
 * @param brightness added to all channels, up to this share of the full range
 * @param contrast distance from the crop's mean, times 1 plus or minus up to this
 * @param gamma exponent, {@code e} to plus or minus up to this
 * @param saturation distance from grey, times 1 plus or minus up to this
 * @param noise standard deviation of sensor noise, up to this share of the full range
 * @param blur probability of a light blur, 0 to 1
 */
public record AugmentationSettings(
        double shift,
        double zoom,
        double rotation,
        double wide,
        double brightness,
        double contrast,
        double gamma,
        double saturation,
        double noise,
        double blur) {

    /**
     * Crop jitter of the official code, a little rotation, mild colours since the camera is the one that will be used.
     */
    public static final AugmentationSettings DEFAULT =
            new AugmentationSettings(0.25, 0.25, 15, 0.1, 0.1, 0.2, 0.2, 0.3, 0.02, 0.2);
    /** Everything as the camera saw it. */
    public static final AugmentationSettings NONE = new AugmentationSettings(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /**
     * Checks.
     *
     * @throws IllegalArgumentException naming the component that is out of range
     */
    public AugmentationSettings {
        Checks.require(shift >= 0 && shift <= 0.5, "shift", shift, "0 to 0.5");
        Checks.require(zoom >= 0 && zoom <= 0.5, "zoom", zoom, "0 to 0.5");
        Checks.require(rotation >= 0 && rotation <= 180, "rotation", rotation, "0 to 180 degrees");
        Checks.share("wide", wide);
        Checks.share("brightness", brightness);
        Checks.share("contrast", contrast);
        Checks.require(gamma >= 0 && gamma <= 2, "gamma", gamma, "0 to 2");
        Checks.share("saturation", saturation);
        Checks.require(noise >= 0 && noise <= 0.5, "noise", noise, "0 to 0.5");
        Checks.share("blur", blur);
    }
}
