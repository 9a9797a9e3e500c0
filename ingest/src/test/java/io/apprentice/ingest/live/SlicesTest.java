package io.apprentice.ingest.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MPEG4;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SlicesTest {

    private static boolean h264(String hex) {
        return Slices.in(HexFormat.of().parseHex(hex), AV_CODEC_ID_H264);
    }

    private static boolean hevc(String hex) {
        return Slices.in(HexFormat.of().parseHex(hex), AV_CODEC_ID_HEVC);
    }

    @Test
    void in_givenSettingsOnly_isFalse() {
        assertThat(h264("00000001674d401f0000000168ee3c80")).isFalse(); // SPS, PPS
        assertThat(hevc("0000000140010c0100000001420101000000014401c1")).isFalse(); // VPS, SPS, PPS
        assertThat(h264("")).isFalse();
    }

    @Test
    void in_givenASliceAnywhere_isTrue() {
        assertThat(h264("00000001674d401f0000000168ee3c8000000165888400")).isTrue();
        assertThat(h264("000001419a")).isTrue();
        assertThat(hevc("00000001420101000000012601af")).isTrue();
        assertThat(hevc("000000010201d0")).isTrue();
        assertThat(Slices.in(new byte[] {1}, AV_CODEC_ID_MPEG4)).isTrue();
    }
}
