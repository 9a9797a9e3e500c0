package io.apprentice.pose.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    private static RgbImage smooth(int width, int height) {
        RgbImage image = RgbImage.black(width, height);
        for (int y = 0, i = 0; y < height; y++) {
            for (int x = 0; x < width; x++, i += 3) {
                image.rgb()[i] = (byte) (230 - 2 * y);
                image.rgb()[i + 1] = (byte) (30 + 2 * x);
                image.rgb()[i + 2] = 90;
            }
        }
        return image;
    }

    /** Where the segment with the size begins. */
    private static int sizeAt(byte[] jpeg) {
        int sof = 0;
        while ((jpeg[sof] & 255) != 0xff || (jpeg[sof + 1] & 255) != 0xc0) {
            sof++;
        }
        return sof;
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
        int sof = sizeAt(jpeg);
        Arrays.fill(jpeg, sof + 5, sof + 9, (byte) 0xff);

        assertThatThrownBy(() -> ImageCodec.decode(jpeg))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("JPEG of 65535 x 65535 pixels");
    }

    /** Colours and places of smooth pictures must come out as OpenCV has them, whatever the kind of JPEG. */
    @ParameterizedTest
    @CsvSource({
        opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_420 + ", 0",
        opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_420 + ", 1",
        opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_422 + ", 0",
        opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_440 + ", 0",
        opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_444 + ", 0",
    })
    void jpeg_givenAnyKind_isAsOpenCvHasIt(int sampling, int progressive) throws IOException {
        RgbImage smooth = smooth(94, 62);
        byte[] jpeg = Pictures.encode(
                smooth,
                opencv_imgproc.COLOR_RGB2BGR,
                ".jpg",
                opencv_imgcodecs.IMWRITE_JPEG_QUALITY,
                95,
                opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR,
                sampling,
                opencv_imgcodecs.IMWRITE_JPEG_RST_INTERVAL,
                3,
                opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE,
                progressive);

        assertThat(JpegCodec.decode(jpeg, ImageHeader.of(jpeg))).isPresent();
        assertThat(Pictures.difference(ImageCodec.decode(jpeg), Pictures.decode(jpeg, opencv_imgcodecs.IMREAD_COLOR)))
                .isLessThan(Pictures.SAME);
    }

    @Test
    void jpeg_givenGrey_isGreyInAllColours() throws IOException {
        byte[] jpeg = Pictures.encode(smooth(33, 21), opencv_imgproc.COLOR_RGB2GRAY, ".jpg");

        RgbImage decoded = ImageCodec.decode(jpeg);

        assertThat(JpegCodec.decode(jpeg, ImageHeader.of(jpeg))).isPresent();
        assertThat(Pictures.difference(decoded, Pictures.decode(jpeg, opencv_imgcodecs.IMREAD_COLOR)))
                .isLessThan(1);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 3", "7, 5", "9, 1", "1, 9", "17, 33", "65, 47"})
    void jpeg_givenOddSizes_comesBackNearly(int width, int height) throws IOException {
        RgbImage smooth = smooth(width, height);
        byte[] jpeg = ImageCodec.encodeJpeg(smooth, 95);

        assertThat(JpegCodec.decode(jpeg, ImageHeader.of(jpeg))).isPresent();
        assertThat(Pictures.difference(ImageCodec.decode(jpeg), smooth)).isLessThan(Pictures.SAME);
        assertThat(Pictures.difference(Pictures.decode(jpeg, opencv_imgcodecs.IMREAD_COLOR), smooth))
                .isLessThan(Pictures.SAME);
    }

    @Test
    void jpeg_givenMoreQuality_isLargerAndMoreFaithful() throws IOException {
        RgbImage noise = RgbImage.black(64, 64);
        new Random(1).nextBytes(noise.rgb());
        int size = 0;
        double difference = 256;
        for (int quality : new int[] {1, 25, 50, 75, 90, 100}) {
            byte[] jpeg = ImageCodec.encodeJpeg(noise, quality);
            double now = Pictures.difference(ImageCodec.decode(jpeg), noise);
            assertThat(jpeg).hasSizeGreaterThan(size);
            assertThat(now).isLessThan(difference);
            size = jpeg.length;
            difference = now;
        }
    }

    @Test
    void jpeg_cutOffAnywhere_isRefused() {
        byte[] jpeg = ImageCodec.encodeJpeg(smooth(64, 48), 90);
        for (int length = 0; length < jpeg.length - 2; length++) {
            byte[] part = Arrays.copyOf(jpeg, length);
            assertThatThrownBy(() -> ImageCodec.decode(part)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void jpeg_givenASecondLargerSize_takesNoMoreMemoryThanTheFirst() throws IOException {
        byte[] jpeg = ImageCodec.encodeJpeg(picture(), 90);
        int sof = sizeAt(jpeg);
        int length = 2 + (jpeg[sof + 3] & 255);
        byte[] two = new byte[jpeg.length + length];
        System.arraycopy(jpeg, 0, two, 0, sof + length);
        System.arraycopy(jpeg, sof, two, sof + length, jpeg.length - sof);
        Arrays.fill(two, sof + length + 5, sof + length + 9, (byte) 0xf0);

        assertThat(JpegCodec.decode(two, ImageHeader.of(two))).isEmpty();
        assertThatThrownBy(() -> ImageCodec.decode(two)).isInstanceOf(IOException.class);
    }

    @Test
    void jpeg_givenDamage_isDecodedToItsSizeOrRefused() {
        byte[] whole = ImageCodec.encodeJpeg(picture(), 90);
        Random random = new Random(4);
        for (int i = 0; i < 500; i++) {
            byte[] jpeg = whole.clone();
            for (int flips = 0; flips < 3; flips++) {
                jpeg[random.nextInt(jpeg.length)] = (byte) random.nextInt(256);
            }
            try {
                ImageHeader header = ImageHeader.of(jpeg);
                RgbImage decoded = ImageCodec.decode(jpeg);
                assertThat(decoded.width()).isEqualTo(header.width());
                assertThat(decoded.height()).isEqualTo(header.height());
            } catch (IOException e) {
                // refused is fine; anything else is not
            }
        }
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
