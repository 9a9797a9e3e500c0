/**
 * Sends frames of cameras to the topic {@code frames}. A {@link io.apprentice.ingest.CameraSpec} names a camera: a
 * synthetic scene, a video, a folder of images, a BOP scene, or a live camera, which comes and goes. Each camera gives one
 * ordered stream of frames, at its own pace, at a given rate, or as fast as the broker accepts it. The module uses
 * {@code wire}, {@code streaming}, {@code recordings} and {@code scene}.
 *
 * <p>Start reading at {@link io.apprentice.ingest.IngestService}.
 */
package io.apprentice.ingest;
