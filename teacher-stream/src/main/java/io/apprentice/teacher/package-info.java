/**
 * Frames to labels: the big network looks at every n-th frame and publishes what every image cell believes. It knows {@code wire},
 * {@code streaming}, {@code scene} and {@code learning}.
 *
 * <p>Start reading at {@link io.apprentice.teacher.TeacherService}, the Reactor pipeline: records in, batches, one transaction per batch
 * out. {@code Labeller} decides what a batch becomes; {@code Adaptation} lets the network learn from what the frames confirmed.
 */
package io.apprentice.teacher;
