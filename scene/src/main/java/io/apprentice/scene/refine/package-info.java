/**
 * Poses made better without anyone labelling: what the object would look like at a pose is compared with what the camera sees. Uses
 * the renderer, the pose solver and OpenCV's corner tracker; knows no network. Start with
 * {@link io.apprentice.scene.refine.PoseRefiner}.
 */
package io.apprentice.scene.refine;
