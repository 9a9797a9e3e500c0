package io.apprentice.recordings.bop;

/**
 * An object instance that an estimator is expected to find.
 *
 * @param scene BOP's scene number
 * @param image BOP's image number
 * @param truth its true pose
 */
public record BopTarget(int scene, int image, BopPose truth) {}
