package io.apprentice.scene;

import io.apprentice.pose.geometry.Vec3;

/**
 * What lens and sensor do to a picture.
 *
 * @param motionX distance the picture moves during the exposure, pixels; {@code motionY} likewise
 * @param softness standard deviation of the lens's blur, pixels, 0 for sharp
 * @param haze share of veiling light, 0 to 1, and its colour
 * @param gain red, green, blue factors
 * @param gamma exponent of the tone curve, 1 for none
 * @param saturation 0 for grey, 1 for as it is
 * @param vignetting loss of brightness in the corners, 0 to 1
 * @param noise standard deviation, on the scale 0 to 255
 * @param noiseSeed seed of the noise
 */
record Exposure(
        double motionX,
        double motionY,
        double softness,
        double haze,
        Vec3 hazeColour,
        Vec3 gain,
        double gamma,
        double saturation,
        double vignetting,
        double noise,
        long noiseSeed) {}
