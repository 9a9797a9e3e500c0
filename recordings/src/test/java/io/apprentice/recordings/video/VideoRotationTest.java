package io.apprentice.recordings.video;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.pose.image.Orientation;
import io.apprentice.pose.image.RgbImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Videos as phones write them: stored as the sensor lies, with a matrix that says how they are to be seen. */
class VideoRotationTest {
    /** In a track header, from its name on, up to the matrix. */
    private static final int MATRIX = 44;

    @TempDir
    private Path folder;

    private static RgbImage first(Path file) throws IOException {
        try (VideoDecoder decoder = VideoDecoder.open(file)) {
            RgbImage image = RgbImage.black(decoder.width(), decoder.height());
            assertThat(decoder.next(image.rgb())).isEqualTo(VideoDecoder.Outcome.FRAME);
            return image;
        }
    }

    private static Path sample() throws Exception {
        return Path.of(VideoRotationTest.class.getResource("/video/rot90.mp4").toURI());
    }

    /** The sample with another matrix. */
    private Path with(int[] matrix) throws Exception {
        byte[] bytes = Files.readAllBytes(sample());
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("tkhd") + MATRIX;
        ByteBuffer data = ByteBuffer.wrap(bytes, at, 36);
        for (int value : matrix) {
            data.putInt(value);
        }
        return Files.write(folder.resolve("video.mp4"), bytes);
    }

    private static int[] clockwise(double degrees, boolean mirrored) {
        int[] matrix = new int[9];
        avutil.av_display_rotation_set(matrix, degrees);
        if (mirrored) {
            avutil.av_display_matrix_flip(matrix, 1, 0);
        }
        return matrix;
    }

    @Test
    void open_givenVideoOfAPhoneHeldUpright_isUpright() throws Exception {
        RgbImage image = first(sample());

        assertThat(image.width()).isEqualTo(240);
        assertThat(image.height()).isEqualTo(320);
    }

    // FFmpeg makes the matrix, EXIF numbers the same turn
    @ParameterizedTest
    @CsvSource({
        "0, false, 1",
        "90, false, 6",
        "180, false, 3",
        "270, false, 8",
        "0, true, 2",
        "180, true, 4",
        "90, true, 5",
        "270, true, 7",
        "45, false, 1"
    })
    void next_givenDisplayMatrix_turnsFrames(double degrees, boolean mirrored, int exif) throws Exception {
        RgbImage stored = first(with(clockwise(0, false)));
        assertThat(stored.width()).isEqualTo(320);

        RgbImage seen = first(with(clockwise(degrees, mirrored)));

        RgbImage expected = Orientation.ofExif(exif).turn(stored);
        assertThat(seen.width()).isEqualTo(expected.width());
        assertThat(seen.rgb()).isEqualTo(expected.rgb());
    }
}
