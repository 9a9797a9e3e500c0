package io.apprentice.scene;

import io.apprentice.pose.geometry.Se3;

/**
 * Where an object really is.
 *
 * @param objectId the object's id
 * @param objectToCamera its pose, metres
 * @param visibleFraction share of its silhouette inside the picture that is not hidden, 0 to 1
 */
public record TruePose(String objectId, Se3 objectToCamera, double visibleFraction) {}
