package io.apprentice.scene.render;

import io.apprentice.pose.geometry.Vec3;

/**
 * Light from far away, and light from everywhere.
 *
 * @param towards direction from the scene to the lamp, world frame (z up); any length above 0
 * @param colour red, green, blue of the lamp; 1 shows a surface that faces it in its own colour
 * @param ambient red, green, blue of the light from everywhere, a little more from above
 */
public record Light(Vec3 towards, Vec3 colour, Vec3 ambient) {

    /** Normalises the direction. */
    public Light {
        towards = towards.normalized();
    }
}
