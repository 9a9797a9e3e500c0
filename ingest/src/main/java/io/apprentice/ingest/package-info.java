/**
 * Cameras to the topic {@code frames}: what a {@link io.apprentice.ingest.CameraSpec} names (synthetic scenes, videos, folders of
 * images, BOP scenes) becomes one ordered stream of frames per camera, at the camera's own pace, at a given one, or as fast as the
 * broker takes it. It knows {@code wire}, {@code streaming}, {@code recordings} and {@code scene}.
 *
 * <p>Start reading at {@link io.apprentice.ingest.IngestService}.
 */
package io.apprentice.ingest;
