package io.apprentice.pose.image;

import java.io.IOException;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Decodes and encodes JPEG and PNG. FFmpeg encodes JPEGs and decodes those that are whole and of the usual kinds; OpenCV does
 * the rest and judges what is broken. Thread-safe; each call runs on the caller's thread alone.
 */
public final class ImageCodec {
    /** Larger pictures are refused before any pixel is decoded. */
    public static final long MAX_PIXELS = 50_000_000;
    /** So are wider and higher ones: OpenCV moves no pixels of them. */
    public static final int MAX_SIDE = 32_766;

    static {
        opencv_core.setNumThreads(1);
    }

    private ImageCodec() {}

    /**
     * Decodes a JPEG or PNG; an orientation tag is not applied, because intrinsics refer to the stored pixels; grey
     * becomes RGB, and an alpha channel is dropped.
     *
     * @throws IOException if the bytes are not a JPEG or PNG, are broken, or have more than {@link #MAX_PIXELS} or
     *     {@link #MAX_SIDE}; says which
     */
    public static RgbImage decode(byte[] bytes) throws IOException {
        ImageHeader header = ImageHeader.of(bytes);
        boolean sane = header.width() >= 1
                && header.height() >= 1
                && Math.max(header.width(), header.height()) <= MAX_SIDE
                && (long) header.width() * header.height() <= MAX_PIXELS;
        if (!sane) {
            throw new IOException("%s of %d x %d pixels: expected 1 to %d pixels, at most %d a side"
                    .formatted(header.format(), header.width(), header.height(), MAX_PIXELS, MAX_SIDE));
        }
        Optional<RgbImage> usual = header.format().equals("JPEG") && header.isWhole(bytes)
                ? JpegCodec.decode(bytes, header)
                : Optional.empty();
        return usual.isPresent() ? usual.get() : byOpenCv(bytes, header);
    }

    private static RgbImage byOpenCv(byte[] bytes, ImageHeader header) throws IOException {
        int flags = opencv_imgcodecs.IMREAD_COLOR | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
        try (BytePointer pointer = new BytePointer(bytes);
                Mat encoded = new Mat(1, bytes.length, opencv_core.CV_8UC1, pointer);
                Mat bgr = opencv_imgcodecs.imdecode(encoded, flags)) {
            if (bgr.empty() || bgr.cols() != header.width() || bgr.rows() != header.height()) {
                throw new IOException("%s of %d bytes, %d x %d pixels: broken, cannot be decoded"
                        .formatted(header.format(), bytes.length, header.width(), header.height()));
            }
            opencv_imgproc.cvtColor(bgr, bgr, opencv_imgproc.COLOR_BGR2RGB);
            RgbImage image = RgbImage.black(bgr.cols(), bgr.rows());
            try (BytePointer data = bgr.data()) {
                data.get(image.rgb());
            }
            return image;
        } catch (RuntimeException e) {
            throw new IOException("%s of %d bytes: %s".formatted(header.format(), bytes.length, e.getMessage()), e);
        }
    }

    /**
     * Encodes as JPEG.
     *
     * @param quality 1 (small) to 100 (faithful)
     */
    public static byte[] encodeJpeg(RgbImage image, int quality) {
        if (quality < 1 || quality > 100) {
            throw new IllegalArgumentException("JPEG quality: expected 1 to 100, got " + quality);
        }
        return JpegCodec.encode(image, quality);
    }

    /** Encodes as PNG, lossless; fast rather than small. */
    public static byte[] encodePng(RgbImage image) {
        try (BytePointer pixels = new BytePointer(image.rgb());
                Mat rgb = new Mat(image.height(), image.width(), opencv_core.CV_8UC3, pixels);
                Mat bgr = new Mat();
                BytePointer encoded = new BytePointer();
                IntPointer options = new IntPointer(opencv_imgcodecs.IMWRITE_PNG_COMPRESSION, 1)) {
            opencv_imgproc.cvtColor(rgb, bgr, opencv_imgproc.COLOR_RGB2BGR);
            if (!opencv_imgcodecs.imencode(".png", bgr, encoded, options)) {
                throw new IllegalStateException(
                        "OpenCV cannot encode a PNG of %d x %d pixels".formatted(image.width(), image.height()));
            }
            byte[] bytes = new byte[Math.toIntExact(encoded.limit())];
            encoded.get(bytes);
            return bytes;
        }
    }
}
