/**
 * Pictures with known poses: a software renderer, a camera that films a table ({@link
 * io.apprentice.scene.SyntheticCamera}) and randomised crops to train on, rendered
 * ({@link io.apprentice.scene.TrainingCrops}) or cut out of photographs ({@link io.apprentice.scene.SceneCrops}).
 * Depends on {@code bop}, {@code geometry}, {@code image} and {@code object}; everything is a deterministic function of a seed
 * and an index.
 */
package io.apprentice.scene;
