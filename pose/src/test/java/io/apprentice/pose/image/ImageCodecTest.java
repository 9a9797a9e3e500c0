package io.apprentice.pose.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageCodecTest {

    private static RgbImage picture() {
        RgbImage image = RgbImage.black(40, 24);
        for (int i = 0; i < image.rgb().length; i += 3) {
            image.rgb()[i] = (byte) (200 - i / 30);
            image.rgb()[i + 1] = (byte) (i / 30);
            image.rgb()[i + 2] = 40;
        }
        return image;
    }

    @Test
    void png_givenPicture_comesBackExactly() throws IOException {
        RgbImage decoded = ImageCodec.decode(ImageCodec.encodePng(picture()));

        assertThat(decoded.width()).isEqualTo(40);
        assertThat(decoded.height()).isEqualTo(24);
        assertThat(decoded.rgb()).isEqualTo(picture().rgb());
    }

    @Test
    void jpeg_givenPicture_comesBackNearly() throws IOException {
        RgbImage decoded = ImageCodec.decode(ImageCodec.encodeJpeg(picture(), 95));

        for (int i = 0; i < decoded.rgb().length; i++) {
            assertThat(decoded.rgb()[i] & 255).isCloseTo(picture().rgb()[i] & 255, within(12));
        }
    }

    @Test
    void decode_givenHugeSizeInHeader_refusesBeforeDecoding() {
        byte[] png = ImageCodec.encodePng(picture());
        png[16] = 0;
        png[17] = 1; // width 65536 + 40
        png[21] = 1; // height 65536 + 24

        assertThatThrownBy(() -> ImageCodec.decode(png))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("PNG of 65576 x 65560 pixels");
    }

    @Test
    void decode_givenHugeJpegFrame_refusesBeforeDecoding() {
        byte[] jpeg = ImageCodec.encodeJpeg(picture(), 90);
        int sof = 0;
        while ((jpeg[sof] & 255) != 0xff || (jpeg[sof + 1] & 255) != 0xc0) {
            sof++;
        }
        Arrays.fill(jpeg, sof + 5, sof + 9, (byte) 0xff);

        assertThatThrownBy(() -> ImageCodec.decode(jpeg))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("JPEG of 65535 x 65535 pixels");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 5, 8, 20, 30})
    void decode_givenTruncatedHeader_saysWhatIsMissing(int length) {
        for (byte[] whole : new byte[][] {ImageCodec.encodePng(picture()), ImageCodec.encodeJpeg(picture(), 90)}) {
            assertThatThrownBy(() -> ImageCodec.decode(Arrays.copyOf(whole, length)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("%d bytes", length);
        }
    }

    @Test
    void decode_givenNoPicture_namesTheFormats() {
        assertThatThrownBy(() -> ImageCodec.decode(
                        "GIF89a, not a picture for us".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("JPEG or PNG");
    }
}
