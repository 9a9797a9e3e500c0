/**
 * Pictures with known poses: a software renderer, a camera that films a table ({@link
 * io.apprentice.pose.scene.SyntheticCamera}) and randomised crops to train on ({@link
 * io.apprentice.pose.scene.TrainingCrops}). Depends on {@code geometry}, {@code image} and {@code object}; everything is a
 * deterministic function of a seed and an index.
 */
package io.apprentice.pose.scene;
