package io.apprentice.pose.image;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_QSCALE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_EXPLODE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_INPUT_BUFFER_PADDING_SIZE;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_FATAL;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_GRAY8;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ422P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ440P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ444P;
import static org.bytedeco.ffmpeg.global.avutil.FF_QP2LAMBDA;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_malloc;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set;
import static org.bytedeco.ffmpeg.global.swscale.SWS_AREA;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INP;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.ShortPointer;

/** JPEGs of the kind that cameras make, by FFmpeg, which takes half as long as OpenCV. No memory is kept between calls. */
final class JpegCodec {

    private static final Set<Integer> USUAL = Set.of(
            AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_GRAY8);
    /** At this scale FFmpeg divides by the tables as they are. */
    private static final int AS_GIVEN = 8 * FF_QP2LAMBDA;
    /** FFmpeg's picture may be so much wider and higher than it says. */
    private static final int MARGIN = 64;
    /** The tables of the standard, Annex K, for quality 50: brightness, then colour, row by row. */
    private static final int[] LUMA = {
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29,
        51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121,
        120, 101, 72, 92, 95, 98, 112, 100, 103, 99
    };

    private static final int[] CHROMA = {
        17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99
    };

    static {
        av_log_set_level(AV_LOG_FATAL); // FFmpeg would print a line per broken picture
    }

    private JpegCodec() {}

    /**
     * Encodes with half the colours' resolution.
     *
     * @param quality 1 to 100, as libjpeg scales the tables
     */
    static byte[] encode(RgbImage image, int quality) {
        AVCodecContext codec = avcodec_alloc_context3(avcodec_find_encoder(AV_CODEC_ID_MJPEG));
        AVFrame yuv = av_frame_alloc();
        AVPacket packet = av_packet_alloc();
        try {
            yuv.format(AV_PIX_FMT_YUVJ420P)
                    .width(image.width())
                    .height(image.height())
                    .quality(AS_GIVEN);
            codec.pix_fmt(AV_PIX_FMT_YUVJ420P)
                    .width(image.width())
                    .height(image.height())
                    .thread_count(1)
                    .flags(AV_CODEC_FLAG_QSCALE)
                    .global_quality(AS_GIVEN)
                    .intra_matrix(scaled(LUMA, quality))
                    .chroma_intra_matrix(scaled(CHROMA, quality));
            codec.time_base().num(1).den(1); // asked for, not used
            av_opt_set(
                    codec.priv_data(),
                    "huffman",
                    "default",
                    0); // the best codes for a picture save 3 %, and cost 0.3 ms
            boolean encoded = av_frame_get_buffer(yuv, 0) >= 0
                    && fill(yuv, image)
                    && avcodec_open2(codec, null, (PointerPointer<?>) null) >= 0
                    && avcodec_send_frame(codec, yuv) >= 0
                    && avcodec_receive_packet(codec, packet) >= 0;
            if (!encoded) {
                throw new IllegalStateException(
                        "FFmpeg cannot encode a JPEG of %d x %d pixels".formatted(image.width(), image.height()));
            }
            byte[] bytes = new byte[packet.size()];
            packet.data().get(bytes);
            return bytes;
        } finally {
            av_packet_free(packet);
            av_frame_free(yuv);
            avcodec_free_context(codec);
        }
    }

    /** A table, which belongs to the codec. */
    private static ShortPointer scaled(int[] table, int quality) {
        int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        ShortPointer scaled = new ShortPointer(av_malloc((long) table.length * Short.BYTES));
        for (int i = 0; i < table.length; i++) {
            scaled.put(i, (short) Math.max(1, Math.min(255, (table[i] * percent + 50) / 100)));
        }
        return scaled;
    }

    private static boolean fill(AVFrame yuv, RgbImage image) {
        int width = image.width();
        int height = image.height();
        SwsContext scaler = sws_getContext(
                width,
                height,
                AV_PIX_FMT_RGB24,
                width,
                height,
                AV_PIX_FMT_YUVJ420P,
                SWS_AREA | SWS_FULL_CHR_H_INP, // else the last column of an odd width gets colours of the next row
                null,
                null,
                (DoublePointer) null);
        try (BytePointer pixels = new BytePointer(image.rgb().length + (long) MARGIN);
                PointerPointer<BytePointer> planes = new PointerPointer<>(pixels, null, null, null);
                IntPointer strides = new IntPointer(3 * width, 0, 0, 0)) {
            pixels.put(image.rgb());
            return scaler != null
                    && sws_scale(scaler, planes, strides, 0, height, yuv.data(), yuv.linesize()) == height;
        } finally {
            sws_freeContext(scaler);
        }
    }

    /**
     * Decodes.
     *
     * @param header of these bytes; its size has been checked
     * @return empty if something is wrong or unusual: broken, with several sizes, CMYK, more than 8 bits
     */
    static Optional<RgbImage> decode(byte[] jpeg, ImageHeader header) throws IOException {
        AVCodecContext codec = avcodec_alloc_context3(avcodec_find_decoder(AV_CODEC_ID_MJPEG));
        AVFrame decoded = av_frame_alloc();
        AVPacket packet = av_packet_alloc();
        try (BytePointer data = new BytePointer(jpeg.length + (long) AV_INPUT_BUFFER_PADDING_SIZE);
                RgbConverter rgb = new RgbConverter(header.width(), header.height())) {
            Pointer.memset(data.getPointer(jpeg.length), 0, AV_INPUT_BUFFER_PADDING_SIZE);
            packet.data(data.put(jpeg)).size(jpeg.length);
            codec.thread_count(1)
                    .err_recognition(AV_EF_EXPLODE)
                    .max_pixels((header.width() + (long) MARGIN) * (header.height() + (long) MARGIN));
            RgbImage image = RgbImage.black(header.width(), header.height());
            boolean whole = avcodec_open2(codec, null, (PointerPointer<?>) null) >= 0
                    && avcodec_send_packet(codec, packet) >= 0
                    && avcodec_receive_frame(codec, decoded) >= 0
                    && decoded.decode_error_flags() == 0
                    && decoded.width() == header.width()
                    && decoded.height() == header.height()
                    && USUAL.contains(decoded.format())
                    && rgb.convert(decoded, image.rgb());
            return whole ? Optional.of(image) : Optional.empty();
        } finally {
            av_packet_free(packet);
            av_frame_free(decoded);
            avcodec_free_context(codec);
        }
    }
}
