/**
 * Objects that can be found in a picture: triangle meshes with texture or vertex colours, their keypoints, size and
 * symmetries, and mesh files. Depends on {@code geometry} and {@code image}. Start with
 * {@link io.apprentice.pose.object.ObjectModel}.
 */
package io.apprentice.pose.object;
