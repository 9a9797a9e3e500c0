package io.apprentice.recordings.bop;

/**
 * An object instance that an estimator is expected to find.
 *
 * @param scene BOP's number of the scene
 * @param image BOP's number of the image
 * @param truth its true pose
 */
public record BopTarget(int scene, int image, BopPose truth) {}
