/**
 * Pictures made by code, with known poses: a camera that films a table ({@link io.apprentice.scene.SyntheticCamera}), randomised crops
 * to train on, rendered ({@link io.apprentice.scene.TrainingCrops}) or cut out of real images ({@link io.apprentice.scene.SceneCrops}),
 * the renderer behind them, the built-in parcel, and poses refined by comparing a frame with what the renderer draws. It knows
 * {@code pose} and {@code recordings}. Everything is a deterministic function of a seed and an index.
 *
 * <p>Start reading at {@link io.apprentice.scene.TrainingCrops}.
 */
package io.apprentice.scene;
