/**
 * Losses that align a student's local predictions with the teacher's: optimal transport between the two sets, and the
 * pairwise baseline. Plain Java in double, values with gradients in closed form. Start with
 * {@link io.apprentice.pose.alignment.DistributionAlignment}.
 */
package io.apprentice.pose.alignment;
