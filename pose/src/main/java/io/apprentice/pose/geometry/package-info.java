/**
 * Points, rotations, rigid transforms, the pinhole camera and the image plane's affine maps. Depends on nothing. Camera
 * frame: x right, y down, z forward; metres, radians, pixels with the origin at the centre of the top-left pixel.
 */
package io.apprentice.pose.geometry;
