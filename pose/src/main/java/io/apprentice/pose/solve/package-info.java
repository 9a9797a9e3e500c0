/**
 * Poses from local predictions: EPnP in RANSAC (OpenCV), refined by Levenberg-Marquardt, with a covariance and a
 * decision whether the object was found.
 */
package io.apprentice.pose.solve;
