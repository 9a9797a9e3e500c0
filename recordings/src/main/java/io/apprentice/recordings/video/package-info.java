/** Video files and streams, decoded by FFmpeg. Start reading at {@link io.apprentice.recordings.video.VideoDecoder}. */
package io.apprentice.recordings.video;
