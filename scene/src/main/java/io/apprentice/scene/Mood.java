package io.apprentice.scene;

import io.apprentice.pose.geometry.Vec3;

/**
 * Light and air of a synthetic scene; the light varies around these values.
 *
 * @param lampAzimuth radians; {@code lampElevation} likewise
 * @param lamp red, green, blue
 * @param ambient red, green, blue
 * @param haze share of veiling light, and its colour
 * @param gain the camera's colour balance
 * @param saturation 1 for no change
 * @param noise standard deviation, on the scale 0 to 255
 * @param shutter exposure time, seconds
 */
record Mood(
        double lampAzimuth,
        double lampElevation,
        Vec3 lamp,
        Vec3 ambient,
        double haze,
        Vec3 hazeColour,
        Vec3 gain,
        double saturation,
        double noise,
        double shutter) {

    /** A bright office. */
    static Mood day(double azimuth) {
        return new Mood(
                azimuth,
                Math.toRadians(55),
                new Vec3(0.62, 0.61, 0.58),
                new Vec3(0.46, 0.47, 0.5),
                0.02,
                new Vec3(0.8, 0.85, 0.9),
                new Vec3(1.04, 1.02, 1),
                1,
                3,
                0.016);
    }

    /** A dusty store in the evening, lit from another side. */
    static Mood evening(double azimuth) {
        return new Mood(
                azimuth + 2.4,
                Math.toRadians(28),
                new Vec3(0.62, 0.42, 0.24),
                new Vec3(0.36, 0.3, 0.25),
                0.2,
                new Vec3(0.75, 0.6, 0.45),
                new Vec3(1.05, 0.92, 0.78),
                0.8,
                9,
                0.03);
    }
}
