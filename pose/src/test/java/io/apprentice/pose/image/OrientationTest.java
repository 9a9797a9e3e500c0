package io.apprentice.pose.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.testing.Mutations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Held against OpenCV, which turns pictures by the same data unless it is told not to. */
class OrientationTest {
    private static final int WIDTH = 24;
    private static final int HEIGHT = 16;

    /** Each quarter has a colour of its own. */
    private static RgbImage picture() {
        RgbImage image = RgbImage.black(WIDTH, HEIGHT);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                image.rgb()[3 * (y * WIDTH + x) + (x < WIDTH / 2 ? 0 : 1)] = (byte) (y < HEIGHT / 2 ? 250 : 90);
            }
        }
        return image;
    }

    private static byte[] tiff(int value, ByteOrder order) {
        return ByteBuffer.allocate(50)
                .order(order)
                .put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(StandardCharsets.US_ASCII))
                .putShort((short) 42)
                .putInt(8)
                .putShort((short) 3)
                .putShort((short) 0x0100)
                .putShort((short) 4)
                .putInt(1)
                .putInt(WIDTH)
                .putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) value)
                .putShort((short) 0)
                .putShort((short) 0x0128)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) 2)
                .putShort((short) 0)
                .array();
    }

    private static byte[] jpeg(int value, ByteOrder order) {
        byte[] plain = ImageCodec.encodeJpeg(picture(), 95);
        byte[] tiff = tiff(value, order);
        return ByteBuffer.allocate(plain.length + 10 + tiff.length)
                .put(plain, 0, 2)
                .putShort((short) 0xffe1)
                .putShort((short) (8 + tiff.length))
                .put("Exif\0\0".getBytes(StandardCharsets.US_ASCII))
                .put(tiff)
                .put(plain, 2, plain.length - 2)
                .array();
    }

    private static byte[] png(int value, ByteOrder order) {
        byte[] plain = ImageCodec.encodePng(picture());
        byte[] chunk = ByteBuffer.allocate(54)
                .put("eXIf".getBytes(StandardCharsets.US_ASCII))
                .put(tiff(value, order))
                .array();
        CRC32 sum = new CRC32();
        sum.update(chunk);
        return ByteBuffer.allocate(plain.length + 62)
                .put(plain, 0, 33) // signature and IHDR
                .putInt(50)
                .put(chunk)
                .putInt((int) sum.getValue())
                .put(plain, 33, plain.length - 33)
                .array();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            1, as stored
            2, mirrored
            3, turned by 180°
            4, mirrored and turned by 180°
            5, mirrored and turned by 270°
            6, turned by 90°
            7, mirrored and turned by 90°
            8, turned by 270°
            """)
    void turn_givenEachOrientation_isAsOpenCvDoesIt(int value, String text) throws IOException {
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            for (byte[] bytes : List.of(jpeg(value, order), png(value, order))) {
                Orientation orientation = Exif.orientation(bytes);
                RgbImage stored = Pictures.decode(
                        bytes, opencv_imgcodecs.IMREAD_COLOR | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION);
                RgbImage expected = Pictures.decode(bytes, opencv_imgcodecs.IMREAD_COLOR);

                RgbImage seen = orientation.turn(stored);

                assertThat(orientation).isEqualTo(Orientation.ofExif(value));
                assertThat(orientation.text()).isEqualTo(text);
                assertThat(seen.width()).isEqualTo(expected.width()).isEqualTo(value < 5 ? WIDTH : HEIGHT);
                assertThat(seen.rgb()).isEqualTo(expected.rgb());
                assertThat(Pictures.difference(ImageCodec.decode(bytes), stored))
                        .isLessThan(2 * Pictures.SAME);
            }
        }
    }

    @Test
    void orientation_givenDamagedData_isOneOfEightInBoundedMemory() throws IOException {
        Mutations.assertSurvives(
                input -> {
                    Exif.orientation(input);
                    ImageHeader.of(input);
                },
                List.of(jpeg(6, ByteOrder.BIG_ENDIAN), png(8, ByteOrder.LITTLE_ENDIAN)),
                100_000,
                5,
                16 << 10);
        assertThat(Exif.orientation(new byte[0]).isUpright()).isTrue();
        assertThat(Exif.orientation(jpeg(9, ByteOrder.BIG_ENDIAN)).isUpright()).isTrue();
        assertThat(Exif.orientation(ImageCodec.encodePng(picture())).isUpright())
                .isTrue();
    }
}
