package io.apprentice.scene;

import io.apprentice.pose.geometry.Vec3;

/**
 * What lens and sensor make of a picture.
 *
 * @param motionX way of the picture during the exposure, pixels; {@code motionY} likewise
 * @param softness standard deviation of the lens's blur, pixels, 0 for sharp
 * @param haze share of veiling light, 0 to 1, and its colour
 * @param gain red, green, blue factors
 * @param gamma exponent of the tone curve, 1 for none
 * @param saturation 0 for grey, 1 for as it is
 * @param vignetting loss of brightness in the corners, 0 to 1
 * @param noise standard deviation, of 255
 * @param noiseSeed which noise
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
