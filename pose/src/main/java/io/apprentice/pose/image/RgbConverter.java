package io.apprentice.pose.image;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCachedContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;

import java.io.IOException;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;

/** Turns FFmpeg's decoded frames, of any size and pixel format, into RGB of one size. For one thread. */
public final class RgbConverter implements AutoCloseable {

    private static final long MOST_PIXELS = 50_000_000;

    private AVFrame rgb;
    private SwsContext scaler;

    /**
     * A converter to this size, pixels.
     *
     * @throws IOException if the size is not of 1 to 50 million pixels, or does not fit in memory
     */
    public RgbConverter(int width, int height) throws IOException {
        if (width < 1 || height < 1 || (long) width * height > MOST_PIXELS) {
            throw new IOException(
                    "expected a picture of 1 to %d pixels, got %dx%d".formatted(MOST_PIXELS, width, height));
        }
        rgb = av_frame_alloc();
        rgb.format(AV_PIX_FMT_RGB24).width(width).height(height);
        if (av_frame_get_buffer(rgb, 0) < 0) {
            close();
            throw new IOException("a picture of %dx%d pixels does not fit in memory".formatted(width, height));
        }
    }

    /** Width of the result, pixels. */
    public int width() {
        return rgb.width();
    }

    /** Height of the result, pixels. */
    public int height() {
        return rgb.height();
    }

    /**
     * Converts one frame, and scales it if it has another size.
     *
     * @param target interleaved RGB8, length {@code 3 * width * height}; written only on success
     * @return whether FFmpeg could convert it
     */
    public boolean convert(AVFrame decoded, byte[] target) {
        scaler = sws_getCachedContext(
                scaler,
                decoded.width(),
                decoded.height(),
                decoded.format(),
                rgb.width(),
                rgb.height(),
                AV_PIX_FMT_RGB24,
                SWS_BILINEAR,
                null,
                null,
                (DoublePointer) null);
        if (scaler == null
                || sws_scale(
                                scaler,
                                decoded.data(),
                                decoded.linesize(),
                                0,
                                decoded.height(),
                                rgb.data(),
                                rgb.linesize())
                        != rgb.height()) {
            return false;
        }
        BytePointer pixels = rgb.data(0);
        int row = 3 * rgb.width();
        for (int y = 0; y < rgb.height(); y++) {
            pixels.position((long) y * rgb.linesize(0)).get(target, y * row, row);
        }
        return true;
    }

    @Override
    public void close() {
        if (scaler != null) {
            sws_freeContext(scaler);
            scaler = null;
        }
        if (rgb != null) {
            av_frame_free(rgb);
            rgb = null;
        }
    }
}
