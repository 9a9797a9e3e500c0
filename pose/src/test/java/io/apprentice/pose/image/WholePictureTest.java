package io.apprentice.pose.image;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WholePictureTest {

    private static final int END = 12;

    private static RgbImage noise() {
        RgbImage image = RgbImage.black(48, 32);
        new Random(1).nextBytes(image.rgb());
        return image;
    }

    @Test
    void requireWhole_givenAWholePicture_isContent() {
        assertThatCode(() -> ImageHeader.requireWhole(ImageCodec.encodeJpeg(noise(), 90)))
                .doesNotThrowAnyException();
        assertThatCode(() -> ImageHeader.requireWhole(ImageCodec.encodePng(noise())))
                .doesNotThrowAnyException();
    }

    @Test
    void requireWhole_givenAnyPartOfAPicture_saysSo() {
        for (byte[] picture : new byte[][] {ImageCodec.encodeJpeg(noise(), 90), ImageCodec.encodePng(noise())}) {
            for (int length = 0; length < picture.length - END; length++) {
                byte[] part = Arrays.copyOf(picture, length);
                assertThatThrownBy(() -> ImageHeader.requireWhole(part)).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void requireWhole_givenASmallPictureInsideOneThatIsCutOff_isNotMisled() {
        byte[] small = ImageCodec.encodeJpeg(RgbImage.black(8, 8), 50);
        byte[] picture = ImageCodec.encodeJpeg(noise(), 90);
        byte[] both = new byte[picture.length + small.length + 4];
        both[0] = (byte) 0xff;
        both[1] = (byte) 0xd8;
        both[2] = (byte) 0xff;
        both[3] = (byte) 0xe1; // a segment of Exif's kind
        both[4] = (byte) (small.length + 2 >> 8);
        both[5] = (byte) (small.length + 2);
        System.arraycopy(small, 0, both, 6, small.length);
        System.arraycopy(picture, 2, both, 6 + small.length, picture.length - 2);

        assertThatCode(() -> ImageHeader.requireWhole(both)).doesNotThrowAnyException();
        assertThatThrownBy(() -> ImageHeader.requireWhole(Arrays.copyOf(both, both.length - END)))
                .hasMessageContaining("its end is missing");
    }

    @Test
    void requireWhole_givenBytesAtRandomBehindAHeader_ends() {
        Random random = new Random(2);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = i % 2 == 0 ? ImageCodec.encodeJpeg(noise(), 50) : ImageCodec.encodePng(noise());
            for (int flips = 0; flips < 20; flips++) {
                bytes[random.nextInt(Math.min(700, bytes.length))] = (byte) random.nextInt(256);
            }
            try {
                ImageHeader.requireWhole(bytes);
            } catch (IOException e) {
                // refused is fine; anything else is not
            }
        }
    }
}
