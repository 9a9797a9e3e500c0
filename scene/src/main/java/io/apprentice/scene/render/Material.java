package io.apprentice.scene.render;

import io.apprentice.pose.geometry.Vec3;

/**
 * How a surface reflects light, in addition to its texture and vertex colours.
 *
 * @param tint red, green, blue factors
 * @param gloss strength of the soft highlight, 0 for matt
 */
public record Material(Vec3 tint, double gloss) {

    /** The own colours of the mesh, matt. */
    public static final Material PLAIN = new Material(new Vec3(1, 1, 1), 0);
}
