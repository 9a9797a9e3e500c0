/**
 * Teachers that answer with poses instead of local predictions: any estimator or tracker can be one. Start reading at
 * {@link io.apprentice.pose.teacher.PoseTeacher}.
 */
package io.apprentice.pose.teacher;
