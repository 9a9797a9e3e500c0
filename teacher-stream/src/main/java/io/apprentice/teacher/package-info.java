/**
 * Frames to labels: the large network looks at every n-th frame and publishes what every image cell believes. This module
 * knows {@code wire}, {@code streaming}, {@code scene} and {@code learning}.
 *
 * <p>Start reading at {@link io.apprentice.teacher.TeacherService}: records in, batches, one transaction per batch out.
 * {@code Labeller} turns batches into labels, in stages that may overlap. {@code Confirmations} compares frames with the
 * poses found. {@code Adaptation} trains the network on the poses that frames confirm.
 */
package io.apprentice.teacher;
