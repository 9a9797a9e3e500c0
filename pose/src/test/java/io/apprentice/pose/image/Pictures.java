package io.apprentice.pose.image;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/** OpenCV's codecs, as a second opinion on pictures. */
final class Pictures {
    /** Mean difference of the same JPEG by two decoders: they fill in the colours between stored ones in their own ways. */
    static final double SAME = 3;

    private Pictures() {}

    /** Decodes with OpenCV's flags. */
    static RgbImage decode(byte[] bytes, int flags) {
        try (BytePointer pointer = new BytePointer(bytes);
                Mat encoded = new Mat(1, bytes.length, opencv_core.CV_8UC1, pointer);
                Mat bgr = opencv_imgcodecs.imdecode(encoded, flags)) {
            opencv_imgproc.cvtColor(bgr, bgr, opencv_imgproc.COLOR_BGR2RGB);
            RgbImage image = RgbImage.black(bgr.cols(), bgr.rows());
            bgr.data().get(image.rgb());
            return image;
        }
    }

    /** Encodes with OpenCV's options. */
    static byte[] encode(RgbImage image, int conversion, String extension, int... options) {
        try (BytePointer pixels = new BytePointer(image.rgb());
                Mat rgb = new Mat(image.height(), image.width(), opencv_core.CV_8UC3, pixels);
                Mat converted = new Mat();
                BytePointer encoded = new BytePointer();
                IntPointer parameters = new IntPointer(options)) {
            opencv_imgproc.cvtColor(rgb, converted, conversion);
            opencv_imgcodecs.imencode(extension, converted, encoded, parameters);
            byte[] bytes = new byte[Math.toIntExact(encoded.limit())];
            encoded.get(bytes);
            return bytes;
        }
    }

    /** Mean difference of all bytes. */
    static double difference(RgbImage one, RgbImage other) {
        double sum = 0;
        for (int i = 0; i < one.rgb().length; i++) {
            sum += Math.abs((one.rgb()[i] & 255) - (other.rgb()[i] & 255));
        }
        return sum / one.rgb().length;
    }
}
