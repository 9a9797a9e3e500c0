/**
 * Pictures as bytes: RGB images, JPEG and PNG, and the square crops that are the input of a network. Depends on
 * {@code geometry} and OpenCV's codecs. Start with {@link io.apprentice.pose.image.RgbImage}.
 */
package io.apprentice.pose.image;
