package io.apprentice.ingest.live;

import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_LOW_DELAY;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_NONE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_PRFT;
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
import static org.bytedeco.ffmpeg.global.avdevice.avdevice_register_all;
import static org.bytedeco.ffmpeg.global.avformat.AVFMTCTX_NOHEADER;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_find_input_format;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EAGAIN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import io.apprentice.pose.image.ImageCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.BooleanSupplier;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avcodec.AVProducerReferenceTime;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.PointerPointer;

/** One connection to a camera, inside the decoder: opens it, reads it to its end, and closes it. For one thread. */
final class LiveStream implements AutoCloseable {

    /** Takes what the camera gives. */
    interface Output {
        /** The camera sent data. */
        void packet();

        /** A picture was decoded; it may be one of those that are not kept. */
        void picture();

        /** A picture could not be decoded. */
        void broken() throws IOException;

        /** A picture that is kept. */
        void frame(LiveFrame frame) throws IOException;
    }

    private static final AVRational MICROS = av_make_q(1, 1_000_000);
    private static final long MOST_ANALYSIS_MICROS = 1_000_000;

    private final Request request;
    private final Output output;
    private final Pictures pictures;
    private AVFormatContext format;
    private AVCodecContext codec;
    private AVStream stream;
    private AVPacket packet;
    private AVFrame decoded;
    private long arrivedMicros;
    /** From the stream's time to the camera's clock, microseconds; MIN_VALUE until the camera says. */
    private long clockOffset = Long.MIN_VALUE;

    private boolean anyPicture;
    private final Patience patience;

    LiveStream(Request request, Output output) {
        this.request = request;
        this.output = output;
        pictures = new Pictures(request);
        patience = new Patience(request.openTimeout(), request.silenceTimeout());
    }

    /**
     * Reads until the camera ends or {@code stopped}.
     *
     * @return why it ended, in words that hold nothing of the address
     * @throws IOException if the output does not take what it is given
     */
    String run(BooleanSupplier stopped) throws IOException {
        try {
            open();
            while (!stopped.getAsBoolean() && patience.verdict().isEmpty()) {
                read();
            }
            return patience.verdict().orElse("stopped");
        } catch (StreamException e) {
            return patience.verdict().orElse(String.valueOf(e.getMessage()));
        }
    }

    /** Loads FFmpeg, which takes long enough to be done before it is needed. */
    static void warmUp() {
        avformat_free_context(avformat_alloc_context());
    }

    private void open() throws StreamException {
        AVInputFormat input = null;
        if (!request.format().isEmpty()) {
            avdevice_register_all();
            input = av_find_input_format(request.format());
            if (input == null) {
                throw new StreamException("FFmpeg knows no input format " + request.format());
            }
        }
        AVDictionary options = new AVDictionary(null);
        request.options().forEach((key, value) -> av_dict_set(options, key, value, 0));
        try {
            AVFormatContext opened = avformat_alloc_context();
            opened.interrupt_callback(patience.callback());
            opened.max_analyze_duration(MOST_ANALYSIS_MICROS);
            opened.fps_probe_size(0);
            // on failure FFmpeg frees the context itself
            check(avformat_open_input(opened, request.address().reveal(), input, options));
            format = opened;
        } finally {
            av_dict_free(options);
        }
        if (!isDescribed()) {
            check(avformat_find_stream_info(format, (PointerPointer<?>) null));
        }
        try (PointerPointer<AVCodec> best = new PointerPointer<>(1)) {
            int index = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, best, 0);
            if (index < 0) {
                throw new StreamException("there is no video that can be decoded");
            }
            stream = format.streams(index);
            AVCodec description = best.get(AVCodec.class);
            codec = avcodec_alloc_context3(description);
            check(avcodec_parameters_to_context(codec, stream.codecpar()));
            codec.pkt_timebase(stream.time_base());
            codec.thread_count(1);
            codec.max_pixels(ImageCodec.MAX_PIXELS);
            codec.flags(codec.flags() | AV_CODEC_FLAG_LOW_DELAY);
            check(avcodec_open2(codec, description, (PointerPointer<?>) null));
        }
        packet = av_packet_alloc();
        decoded = av_frame_alloc();
    }

    /** Whether the camera said what it sends, as RTSP does; to look at its first second instead would delay every start. */
    private boolean isDescribed() {
        boolean described = (format.ctx_flags() & AVFMTCTX_NOHEADER) == 0 && format.nb_streams() > 0;
        for (int i = 0; i < format.nb_streams(); i++) {
            described &= format.streams(i).codecpar().codec_id() != AV_CODEC_ID_NONE;
        }
        return described;
    }

    private void read() throws StreamException, IOException {
        int result = av_read_frame(format, packet);
        if (result == AVERROR_EAGAIN()) {
            return;
        }
        if (result == AVERROR_EOF()) {
            throw new StreamException("the camera ended the stream");
        }
        check(result);
        try {
            if (packet.stream_index() == stream.index()) {
                arrivedMicros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
                output.packet();
                patience.data();
                readClock();
                if (codec.codec_id() == AV_CODEC_ID_MJPEG && passOn()) {
                    return;
                }
                decode();
            }
        } finally {
            av_packet_unref(packet);
        }
    }

    /** After a sender report of RTCP, FFmpeg knows the camera's time of every packet. */
    private void readClock() {
        AVPacketSideData data = av_packet_side_data_get(packet.side_data(), packet.side_data_elems(), AV_PKT_DATA_PRFT);
        if (data != null && !data.isNull() && packet.pts() != AV_NOPTS_VALUE) {
            long wallclock = new AVProducerReferenceTime(data.data()).wallclock();
            // a camera without a clock says zero, which is 1900
            clockOffset = wallclock < 0 ? Long.MIN_VALUE : wallclock - micros(packet.pts());
        }
    }

    private long micros(long pts) {
        return av_rescale_q(pts, stream.time_base(), MICROS);
    }

    private long sentMicros(long pts) {
        return clockOffset == Long.MIN_VALUE || pts == AV_NOPTS_VALUE ? Long.MIN_VALUE : clockOffset + micros(pts);
    }

    /** Passes on a JPEG as it is; false if it has to be decoded. */
    private boolean passOn() throws IOException {
        byte[] image = bytes();
        if (!pictures.isAsWanted(image)) {
            return false;
        }
        picture();
        if (pictures.isDue()) {
            output.frame(LiveFrame.of(image, arrivedMicros, sentMicros(packet.pts())));
        }
        return true;
    }

    private byte[] bytes() {
        byte[] bytes = new byte[packet.size()];
        packet.data().get(bytes);
        return bytes;
    }

    private void picture() {
        anyPicture = true;
        output.picture();
        patience.picture();
    }

    private void decode() throws StreamException, IOException {
        int sent = avcodec_send_packet(codec, packet);
        if (sent < 0 && sent != AVERROR_EAGAIN()) {
            if (Slices.in(bytes(), codec.codec_id())) {
                broken();
            }
            return;
        }
        int result = avcodec_receive_frame(codec, decoded);
        while (result >= 0) {
            try {
                take();
            } finally {
                av_frame_unref(decoded);
            }
            result = avcodec_receive_frame(codec, decoded);
        }
        if (result != AVERROR_EAGAIN() && result != AVERROR_EOF()) {
            broken();
        }
    }

    private void take() throws StreamException, IOException {
        if (decoded.decode_error_flags() != 0 || (decoded.flags() & AV_FRAME_FLAG_CORRUPT) != 0) {
            broken();
            return;
        }
        picture();
        if (pictures.isDue()) {
            byte[] image = pictures.encode(decoded);
            if (image.length > Message.MOST_BYTES) {
                throw new StreamException("its pictures are larger than %d bytes".formatted(Message.MOST_BYTES));
            }
            output.frame(LiveFrame.of(image, arrivedMicros, sentMicros(decoded.pts())));
        }
    }

    /** Before the first key frame nothing can be decoded, and nothing is amiss. */
    private void broken() throws IOException {
        if (anyPicture) {
            output.broken();
        }
    }

    private static void check(int result) throws StreamException {
        if (result < 0) {
            byte[] text = new byte[256];
            av_strerror(result, text, text.length);
            int end = 0;
            while (end < text.length && text[end] != 0) {
                end++;
            }
            throw new StreamException(new String(text, 0, end, StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() {
        pictures.close();
        if (decoded != null) {
            av_frame_free(decoded);
        }
        if (packet != null) {
            av_packet_free(packet);
        }
        if (codec != null) {
            avcodec_free_context(codec);
        }
        if (format != null) {
            patience.renew();
            avformat_close_input(format);
        }
        patience.close();
    }
}
