/**
 * Recorded pictures: video files, and datasets in BOP's layout with their targets, results and scores. It
 * uses {@code pose} and FFmpeg. Its users are cameras, training crops cut from real images, and the laboratory.
 *
 * <p>Start reading at {@link io.apprentice.recordings.bop.BopScene} or {@link io.apprentice.recordings.video.VideoDecoder}.
 */
package io.apprentice.recordings;
