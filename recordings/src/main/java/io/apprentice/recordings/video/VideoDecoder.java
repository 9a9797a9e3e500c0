package io.apprentice.recordings.video;

import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_guess_frame_rate;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EAGAIN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_FATAL;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_side_data;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import io.apprentice.pose.image.Orientation;
import io.apprentice.pose.image.RgbConverter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes the best video stream of a file to RGB, one frame at a time in one reused buffer. Frames are turned as the
 * container's display matrix says. Native memory is what FFmpeg needs for the stream's reference frames plus one RGB image,
 * all freed by {@link #close()}. For one thread.
 */
public final class VideoDecoder implements AutoCloseable {

    /** Result of {@link #next}. */
    public enum Outcome {
        /** The buffer holds a new frame. */
        FRAME,
        /** A frame could not be decoded; the next one may be readable. */
        UNREADABLE,
        /** There are no more frames. */
        END
    }

    private static final Logger LOG = LoggerFactory.getLogger(VideoDecoder.class);

    static {
        av_log_set_level(AV_LOG_FATAL); // FFmpeg would print a line per broken frame; the caller counts them instead
    }

    private final Path file;
    private AVFormatContext format;
    private AVCodecContext codec;
    private AVStream stream;
    private AVPacket packet;
    private AVFrame decoded;
    private RgbConverter rgb;
    private boolean draining;
    private Orientation orientation = Orientation.UPRIGHT;
    private boolean saidRotation;
    private byte[] stored = {};

    private VideoDecoder(Path file) {
        this.file = file;
    }

    /**
     * Opens a video.
     *
     * @throws IOException if it is missing or FFmpeg finds no video in it, naming it and what was expected
     */
    public static VideoDecoder open(Path file) throws IOException {
        VideoDecoder decoder = new VideoDecoder(file);
        try {
            decoder.open();
            return decoder;
        } catch (IOException | RuntimeException e) {
            decoder.close();
            throw e;
        }
    }

    private void open() throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("video " + file + ": no such file; expected a video that FFmpeg reads");
        }
        openFormat();
        check(avformat_find_stream_info(format, (PointerPointer<?>) null), "has no readable streams");
        PointerPointer<AVCodec> best = new PointerPointer<>(1);
        int index = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, best, 0);
        check(index, "has no video stream that can be decoded");
        stream = format.streams(index);
        AVCodec description = best.get(AVCodec.class);
        codec = avcodec_alloc_context3(description);
        check(avcodec_parameters_to_context(codec, stream.codecpar()), "has broken parameters");
        codec.thread_count(1);
        check(avcodec_open2(codec, description, (PointerPointer<?>) null), "cannot be decoded");
        packet = av_packet_alloc();
        decoded = av_frame_alloc();
        try {
            rgb = new RgbConverter(codec.width(), codec.height());
        } catch (IOException e) {
            throw new IOException("video %s: %s".formatted(file, e.getMessage()), e);
        }
        orientation = orientation();
        stored = orientation.isUpright() ? stored : new byte[3 * codec.width() * codec.height()];
    }

    /** A display matrix: three rows of three numbers, of which the upper left two by two turn and scale. */
    private static Optional<Orientation> of(BytePointer matrix, long size) {
        IntPointer m = new IntPointer(matrix);
        return size < 9 * Integer.BYTES
                ? Optional.empty()
                : Orientation.ofMatrix(m.get(0), m.get(1), m.get(3), m.get(4));
    }

    /** As the container says. */
    private Orientation orientation() {
        AVPacketSideData matrix = av_packet_side_data_get(
                stream.codecpar().coded_side_data(), stream.codecpar().nb_coded_side_data(), AV_PKT_DATA_DISPLAYMATRIX);
        if (matrix == null || matrix.isNull()) {
            return Orientation.UPRIGHT;
        }
        Optional<Orientation> told = of(matrix.data(), matrix.size());
        if (told.isEmpty()) {
            saidRotation = true;
            LOG.warn("video {}: its rotation is not used: not a multiple of 90°", file);
        } else if (!told.get().isUpright()) {
            LOG.warn(
                    "video {}: frames are {}, as the file says; intrinsics belong to what is then seen",
                    file,
                    told.get().text());
        }
        return told.orElse(Orientation.UPRIGHT);
    }

    /** Names a rotation that only the frames themselves know. */
    private void checkRotation() {
        AVFrameSideData matrix = saidRotation ? null : av_frame_get_side_data(decoded, AV_FRAME_DATA_DISPLAYMATRIX);
        if (matrix != null
                && !matrix.isNull()
                && !of(matrix.data(), matrix.size()).equals(Optional.of(orientation))) {
            saidRotation = true;
            LOG.warn("video {}: frames say another rotation than the file; theirs is not used", file);
        }
    }

    private void openFormat() throws IOException {
        AVDictionary options = new AVDictionary(null);
        av_dict_set(options, "protocol_whitelist", "file", 0); // a file must not make FFmpeg fetch what it names
        try {
            AVFormatContext opened = avformat_alloc_context();
            // on failure FFmpeg frees the context itself
            check(avformat_open_input(opened, file.toString(), null, options), "cannot be opened");
            format = opened;
        } finally {
            av_dict_free(options);
        }
    }

    private void check(int result, String problem) throws IOException {
        if (result < 0) {
            throw new IOException(
                    "video %s: %s: %s; expected a video that FFmpeg reads".formatted(file, problem, message(result)));
        }
    }

    private static String message(int error) {
        byte[] text = new byte[256];
        av_strerror(error, text, text.length);
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.UTF_8);
    }

    /** Width of the picture as it is seen, pixels. */
    public int width() {
        return orientation.swapped() ? rgb.height() : rgb.width();
    }

    /** Height of the picture as it is seen, pixels. */
    public int height() {
        return orientation.swapped() ? rgb.width() : rgb.height();
    }

    /** The stream's own rate, frames per second; 30 if it does not state one. */
    public double framesPerSecond() {
        AVRational rate = av_guess_frame_rate(format, stream, null);
        double fps = rate.den() == 0 ? 0 : (double) rate.num() / rate.den();
        return fps > 0 && fps <= 1000 ? fps : 30;
    }

    /** Number of frames according to the container; 0 if it does not state one. */
    public long declaredFrames() {
        return Math.max(0, stream.nb_frames());
    }

    /**
     * Decodes the next frame.
     *
     * @param target interleaved RGB8, length {@code 3 * width * height}; written only if a frame was found
     */
    public Outcome next(byte[] target) {
        while (true) {
            int result = avcodec_receive_frame(codec, decoded);
            if (result == 0) {
                boolean broken = decoded.decode_error_flags() != 0 || (decoded.flags() & AV_FRAME_FLAG_CORRUPT) != 0;
                checkRotation();
                boolean converted = !broken && convert(target);
                av_frame_unref(decoded);
                return converted ? Outcome.FRAME : Outcome.UNREADABLE;
            }
            if (result == AVERROR_EOF() || (draining && result == AVERROR_EAGAIN())) {
                return Outcome.END;
            }
            if (result != AVERROR_EAGAIN() || !feed()) {
                return Outcome.UNREADABLE;
            }
        }
    }

    /** Passes the next packet or the end of the stream to the decoder; false if the decoder refused the packet as broken. */
    private boolean feed() {
        while (av_read_frame(format, packet) >= 0) {
            try {
                if (packet.stream_index() == stream.index()) {
                    return avcodec_send_packet(codec, packet) >= 0;
                }
            } finally {
                av_packet_unref(packet);
            }
        }
        draining = true;
        return avcodec_send_packet(codec, null) >= 0;
    }

    private boolean convert(byte[] target) {
        // a video that changes its size is scaled to the size it was opened with
        if (orientation.isUpright()) {
            return rgb.convert(decoded, target);
        }
        boolean converted = rgb.convert(decoded, stored);
        if (converted) {
            orientation.turn(stored, rgb.width(), rgb.height(), target);
        }
        return converted;
    }

    @Override
    public void close() {
        if (rgb != null) {
            rgb.close();
            rgb = null;
        }
        if (decoded != null) {
            av_frame_free(decoded);
            decoded = null;
        }
        if (packet != null) {
            av_packet_free(packet);
            packet = null;
        }
        if (codec != null) {
            avcodec_free_context(codec);
            codec = null;
        }
        if (format != null) {
            avformat_close_input(format);
            format = null;
        }
    }
}
