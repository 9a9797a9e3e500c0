package io.apprentice.ingest.live;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;

/** Knows which packets of a video hold a part of a picture. H.264 and H.265 also send packets that only hold settings. */
final class Slices {

    private Slices() {}

    /** Whether there is a slice in a packet of a codec, which begins each unit with {@code 00 00 01}. */
    static boolean in(byte[] packet, int codec) {
        if (codec != AV_CODEC_ID_H264 && codec != AV_CODEC_ID_HEVC) {
            return true;
        }
        for (int i = 3; i < packet.length; i++) {
            if (packet[i - 3] == 0 && packet[i - 2] == 0 && packet[i - 1] == 1) {
                int type = codec == AV_CODEC_ID_H264 ? packet[i] & 31 : (packet[i] >> 1) & 63;
                if (codec == AV_CODEC_ID_H264 ? type >= 1 && type <= 5 : type < 32) {
                    return true;
                }
            }
        }
        return false;
    }
}
