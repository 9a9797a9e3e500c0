/**
 * Calibrations of cameras as people have them: JSON, ROS {@code camera_info}, OpenCV, RealSense, COLMAP, BOP. What a file
 * is shows in its content, not in its name. What a file says and this code does not use is named; numbers that cannot be
 * right are refused. Start reading at {@link io.apprentice.recordings.calibration.CameraCalibration}.
 */
package io.apprentice.recordings.calibration;
