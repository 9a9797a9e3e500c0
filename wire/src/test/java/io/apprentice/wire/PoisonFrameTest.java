package io.apprentice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.ImageEncoding;
import io.apprentice.testing.Mutations;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames that no camera of ours sends: each is read as its bytes say, or refused with a reason, in little memory. */
class PoisonFrameTest {

    private static final int WIDTH = 40;
    private static final int HEIGHT = 24;
    private static final long LITTLE = 1 << 20;

    private static byte[] jpeg() {
        return ImageCodec.encodeJpeg(RgbImage.black(WIDTH, HEIGHT), 90);
    }

    private static byte[] png() {
        return ImageCodec.encodePng(RgbImage.black(WIDTH, HEIGHT));
    }

    private static byte[] half(byte[] whole) {
        return Arrays.copyOf(whole, whole.length / 2);
    }

    /** Only its header is there, for nobody may look further. */
    private static byte[] pngOf(int width, int height) {
        return ByteBuffer.wrap(png()).putInt(16, width).putInt(20, height).array();
    }

    private static byte[] webp() {
        return "RIFF    WEBPVP8 ".getBytes(StandardCharsets.ISO_8859_1);
    }

    /** As cameras and printers make them: four colours, inverted. */
    private static byte[] cmyk() throws IOException {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, WIDTH, HEIGHT, 4, null);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(raster, null, null), null);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static byte[] sixteenBits() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_USHORT_GRAY), "png", bytes);
        return bytes.toByteArray();
    }

    /** Says that it is to be turned by a quarter; its intrinsics are of the stored pixels. */
    private static byte[] turnedByExif() {
        byte[] plain = jpeg();
        byte[] exif = ByteBuffer.allocate(36)
                .putShort((short) 0xffe1)
                .putShort((short) 34)
                .put("Exif\0\0MM\0*".getBytes(StandardCharsets.ISO_8859_1))
                .putInt(8)
                .putShort((short) 1)
                .putShort((short) 0x0112) // orientation, one short: 6
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) 6)
                .array();
        return ByteBuffer.allocate(plain.length + exif.length)
                .put(plain, 0, 2)
                .put(exif)
                .put(plain, 2, plain.length - 2)
                .array();
    }

    private static Frame frame(int width, int height, byte[] image) {
        CameraIntrinsics camera = new CameraIntrinsics(50, 50, width / 2.0, height / 2.0, width, height);
        return FrameMapping.toRecord("left", 7, Instant.EPOCH, ImageEncoding.JPEG, camera, image);
    }

    static Stream<Arguments> read() throws IOException {
        return Stream.of(
                arguments("CMYK", frame(WIDTH, HEIGHT, cmyk())),
                arguments("16 bits", frame(WIDTH, HEIGHT, sixteenBits())),
                arguments("turned by EXIF: as stored", frame(WIDTH, HEIGHT, turnedByExif())),
                arguments("1 x 1", frame(1, 1, ImageCodec.encodePng(RgbImage.black(1, 1)))),
                arguments("a PNG that is called a JPEG", frame(WIDTH, HEIGHT, png())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void read(String what, Frame frame) throws IOException {
        DecodedFrame decoded = DecodedFrame.of(frame);

        assertThat(decoded.image().width()).isEqualTo(frame.getIntrinsics().getWidth());
        assertThat(decoded.image().height()).isEqualTo(frame.getIntrinsics().getHeight());
    }

    private static Frame with(Consumer<Frame> change) {
        Frame frame = frame(WIDTH, HEIGHT, jpeg());
        change.accept(frame);
        return frame;
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments("no bytes", frame(WIDTH, HEIGHT, new byte[0]), "expected a JPEG or PNG header"),
                arguments("WebP", frame(WIDTH, HEIGHT, webp()), "expected a JPEG or PNG header"),
                arguments("a JPEG cut off", frame(WIDTH, HEIGHT, half(jpeg())), "JPEG of"),
                arguments("a PNG cut off", frame(WIDTH, HEIGHT, half(png())), "broken, cannot be decoded"),
                arguments("a bomb", frame(20_000, 20_000, pngOf(20_000, 20_000)), "expected 1 to 50000000 pixels"),
                arguments("too wide", frame(40_000, 10, pngOf(40_000, 10)), "at most 32766 a side"),
                arguments("a size below 0", frame(WIDTH, HEIGHT, pngOf(-5, HEIGHT)), "got -5 x 24"),
                arguments("another size than the camera's", frame(41, HEIGHT, jpeg()), "expected 41 x 24"),
                arguments("a bomb beside small intrinsics", frame(40, 24, pngOf(7_000, 7_000)), "got 7000 x 7000"),
                arguments("no focal length", with(f -> f.getIntrinsics().setFx(0.0)), "fx is out of range"),
                arguments("a tiny one", with(f -> f.getIntrinsics().setFx(1e-300)), "fx is out of range"),
                arguments("a negative one", with(f -> f.getIntrinsics().setFy(-1.0)), "fy is out of range"),
                arguments(
                        "one that is no number", with(f -> f.getIntrinsics().setFy(Double.NaN)), "fy is out of range"),
                arguments("a middle far away", with(f -> f.getIntrinsics().setCy(-1e300)), "cy is out of range"),
                arguments(
                        "an endless distortion",
                        with(f -> f.getIntrinsics().setDistortion(List.of(0.0, 0.0, Double.POSITIVE_INFINITY, 0.0))),
                        "distortion is out of range"),
                arguments(
                        "three coefficients",
                        with(f -> f.getIntrinsics().setDistortion(List.of(0.0, 0.0, 0.0))),
                        "distortion coefficients, got 3"),
                arguments("no width", with(f -> f.getIntrinsics().setWidth(0)), "width is out of range"),
                arguments("a long id", with(f -> f.setCameraId("x".repeat(256))), "expected at most 255 characters"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String what, Frame frame, String reason) {
        assertThatThrownBy(() -> DecodedFrame.of(frame)).hasMessageContaining(reason); // the first time loads classes
        long before = Mutations.allocated();
        assertThatThrownBy(() -> DecodedFrame.of(frame))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(reason);
        assertThat(Mutations.allocated() - before).isLessThan(LITTLE);
    }
}
