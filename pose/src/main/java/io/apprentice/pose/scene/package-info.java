/**
 * Pictures with known poses: a software renderer, a camera that films a table ({@link
 * io.apprentice.pose.scene.SyntheticCamera}) and randomised crops to train on, rendered
 * ({@link io.apprentice.pose.scene.TrainingCrops}) or cut out of photographs ({@link io.apprentice.pose.scene.SceneCrops}).
 * Depends on {@code bop}, {@code geometry}, {@code image} and {@code object}; everything is a deterministic function of a seed
 * and an index.
 */
package io.apprentice.pose.scene;
