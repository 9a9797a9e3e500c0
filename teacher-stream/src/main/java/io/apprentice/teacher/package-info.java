/**
 * Frames to labels: the big network looks at every n-th frame and publishes what every image cell believes.
 *
 * <p>{@link io.apprentice.teacher.TeacherService} is the Reactor pipeline: records in, batches, one transaction per batch out. What a batch
 * becomes is decided in {@code Labeller}; {@code Adaptation} lets the network learn from what the frames confirmed. Knows schemas, streaming
 * and pose.
 */
package io.apprentice.teacher;
