/**
 * Refinement of poses without manual labels: a rendering of the object is compared with the frame. Uses the renderer,
 * the pose solver and OpenCV's corner tracker, but no network. Start reading at
 * {@link io.apprentice.scene.refine.PoseRefiner}.
 */
package io.apprentice.scene.refine;
