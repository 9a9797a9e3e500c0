/**
 * Pictures made by code, with known poses: a camera that films a table ({@link io.apprentice.scene.SyntheticCamera})
 * and randomised crops for training, rendered ({@link io.apprentice.scene.TrainingCrops}) or cut out of real images
 * ({@link io.apprentice.scene.SceneCrops}). The module also holds the renderer behind them, the built-in parcel, and
 * the refinement of poses, which compares a frame with a rendering. It uses {@code pose} and {@code recordings}. Every
 * picture is a deterministic function of a seed and an index.
 *
 * <p>Start reading at {@link io.apprentice.scene.TrainingCrops}.
 */
package io.apprentice.scene;
