package io.apprentice.ingest;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.PointerPointer;

/** Writes a small video, MPEG-4 by default, whose n-th frame is plainly grey of brightness {@code 40 + 5 n}. */
final class TestVideo {

    static final int WIDTH = 64;
    static final int HEIGHT = 48;
    static final int FRAMES_PER_SECOND = 25;

    private TestVideo() {}

    static int brightness(int frame) {
        return 40 + 5 * frame;
    }

    static Path write(Path file, int frames) {
        return write(file, frames, AV_CODEC_ID_MPEG4);
    }

    static Path write(Path file, int frames, int codecId) {
        AVFormatContext format = new AVFormatContext(null);
        ok(avformat_alloc_output_context2(format, null, null, file.toString()));
        AVCodec encoder = avcodec_find_encoder(codecId);
        AVCodecContext codec = avcodec_alloc_context3(encoder);
        codec.width(WIDTH).height(HEIGHT).pix_fmt(AV_PIX_FMT_YUV420P).bit_rate(400_000);
        codec.time_base(av_make_q(1, FRAMES_PER_SECOND));
        codec.framerate(av_make_q(FRAMES_PER_SECOND, 1));
        if ((format.oformat().flags() & AVFMT_GLOBALHEADER) != 0) {
            codec.flags(codec.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
        }
        ok(avcodec_open2(codec, encoder, (PointerPointer<?>) null));
        AVStream stream = avformat_new_stream(format, null);
        ok(avcodec_parameters_from_context(stream.codecpar(), codec));
        stream.time_base(codec.time_base());
        AVIOContext io = new AVIOContext(null);
        ok(avio_open(io, file.toString(), AVIO_FLAG_WRITE));
        format.pb(io);
        ok(avformat_write_header(format, (AVDictionary) null));
        AVFrame frame = av_frame_alloc();
        frame.format(AV_PIX_FMT_YUV420P).width(WIDTH).height(HEIGHT);
        ok(av_frame_get_buffer(frame, 0));
        AVPacket packet = av_packet_alloc();
        for (int n = 0; n <= frames; n++) {
            if (n < frames) {
                ok(av_frame_make_writable(frame));
                int luma = 16 + Math.round(brightness(n) * 219f / 255);
                for (int plane = 0; plane < 3; plane++) {
                    int rows = plane == 0 ? HEIGHT : HEIGHT / 2;
                    byte[] grey = new byte[frame.linesize(plane) * rows];
                    java.util.Arrays.fill(grey, (byte) (plane == 0 ? luma : 128));
                    frame.data(plane).put(grey, 0, grey.length);
                }
                frame.pts(n);
            }
            ok(avcodec_send_frame(codec, n < frames ? frame : null));
            while (avcodec_receive_packet(codec, packet) == 0) {
                packet.stream_index(0);
                packet.duration(1);
                av_packet_rescale_ts(packet, codec.time_base(), stream.time_base());
                ok(av_interleaved_write_frame(format, packet));
            }
        }
        ok(av_write_trailer(format));
        avio_closep(format.pb());
        av_packet_free(packet);
        av_frame_free(frame);
        avcodec_free_context(codec);
        avformat_free_context(format);
        return file;
    }

    private static void ok(int result) {
        if (result < 0) {
            throw new IllegalStateException("FFmpeg error " + result);
        }
    }
}
