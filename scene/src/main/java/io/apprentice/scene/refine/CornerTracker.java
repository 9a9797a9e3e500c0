package io.apprentice.scene.refine;

import io.apprentice.pose.image.Windowless;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.global.opencv_video;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_core.TermCriteria;

/**
 * Finds the corners of a rendered picture in a real one with OpenCV: Shi-Tomasi corners, followed forwards and
 * backwards by pyramidal Lucas-Kanade. Both pictures are first made grey and brought to the same local brightness and
 * contrast, because real pictures are paler and each face of an object is lit differently.
 */
final class CornerTracker {

    static {
        Windowless.openCv();
    }

    private static final int MOST_CORNERS = 160;
    private static final double QUALITY = 0.02;
    private static final double DISTANCE = 5;
    private static final int WINDOW = 17;
    private static final int LEVELS = 3;
    /** Distance that corners keep from the outline, pixels, because the background moves differently from the object. */
    private static final int MARGIN = 5;
    /** Largest distance between a corner and where it is after tracking forwards and backwards, pixels. */
    private static final double RETURN = 1;

    private static final double SMOOTHING = 1;
    private static final int NEIGHBOURHOOD = 31;
    /** Standard deviation of grey, on the scale 0 to 255, that counts as noise rather than contrast. */
    private static final double FLAT = 8;

    static {
        opencv_core.setNumThreads(1);
    }

    private CornerTracker() {}

    /** A corner at a pixel of the rendering, and its place in the picture. */
    record Track(int x, int y, float toX, float toY) {}

    /**
     * Tracks corners from the rendering to the picture.
     *
     * @param drawn size x size pixels, RGB
     * @param mask size x size, 1 where corners may lie
     * @param seen as {@code drawn}
     */
    @SuppressWarnings("try") // the scope frees the native memory allocated within it
    static List<Track> track(byte[] drawn, byte[] mask, byte[] seen, int size) {
        try (PointerScope scope = new PointerScope()) {
            Mat from = levelled(drawn, size);
            Mat to = levelled(seen, size);
            Mat corners = corners(from, mask, size);
            int n = corners.rows();
            if (n == 0) {
                return List.of();
            }
            Mat there = new Mat();
            Mat back = new Mat();
            byte[] found = follow(from, to, corners, there);
            byte[] foundBack = follow(to, from, there, back);
            float[] start = points(corners, n);
            float[] place = points(there, n);
            float[] end = points(back, n);
            List<Track> tracks = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                double miss = Math.hypot(end[2 * i] - start[2 * i], end[2 * i + 1] - start[2 * i + 1]);
                if (found[i] != 0 && foundBack[i] != 0 && miss < RETURN) {
                    tracks.add(new Track(
                            Math.round(start[2 * i]), Math.round(start[2 * i + 1]), place[2 * i], place[2 * i + 1]));
                }
            }
            return tracks;
        }
    }

    private static Mat corners(Mat picture, byte[] mask, int size) {
        Mat inside = new Mat(size, size, opencv_core.CV_8UC1, new BytePointer(mask));
        Mat square = opencv_imgproc.getStructuringElement(
                opencv_imgproc.MORPH_RECT, new Size(2 * MARGIN + 1, 2 * MARGIN + 1));
        Mat within = new Mat();
        opencv_imgproc.erode(inside, within, square);
        Mat corners = new Mat();
        opencv_imgproc.goodFeaturesToTrack(picture, corners, MOST_CORNERS, QUALITY, DISTANCE, within, 3, false, 0.04);
        return corners;
    }

    private static byte[] follow(Mat from, Mat to, Mat points, Mat moved) {
        Mat status = new Mat();
        opencv_video.calcOpticalFlowPyrLK(
                from,
                to,
                points,
                moved,
                status,
                new Mat(),
                new Size(WINDOW, WINDOW),
                LEVELS,
                new TermCriteria(TermCriteria.COUNT + TermCriteria.EPS, 20, 0.03),
                0,
                1e-4);
        byte[] found = new byte[points.rows()];
        status.data().get(found);
        return found;
    }

    private static float[] points(Mat points, int n) {
        float[] values = new float[2 * n];
        new FloatPointer(points.data()).get(values);
        return values;
    }

    /** Grey, slightly smoothed, with a local mean of 128 and about the same local contrast except in flat areas. */
    private static Mat levelled(byte[] rgb, int size) {
        Mat grey = new Mat();
        opencv_imgproc.cvtColor(
                new Mat(size, size, opencv_core.CV_8UC3, new BytePointer(rgb)), grey, opencv_imgproc.COLOR_RGB2GRAY);
        Mat g = new Mat();
        grey.convertTo(g, opencv_core.CV_32F);
        opencv_imgproc.GaussianBlur(g, g, new Size(0, 0), SMOOTHING);
        Size window = new Size(NEIGHBOURHOOD, NEIGHBOURHOOD);
        Mat mean = new Mat();
        opencv_imgproc.blur(g, mean, window);
        Mat meanSquare = new Mat();
        opencv_imgproc.blur(g.mul(g).asMat(), meanSquare, window);
        Mat deviation = opencv_core.subtract(meanSquare, mean.mul(mean)).asMat();
        opencv_core.max(deviation, new Mat(new Scalar(0)), deviation);
        opencv_core.sqrt(deviation, deviation);
        Mat contrast = opencv_core.add(deviation, new Scalar(FLAT)).asMat();
        Mat levelled = new Mat();
        opencv_core.divide(opencv_core.subtract(g, mean).asMat(), contrast, levelled);
        levelled.convertTo(levelled, opencv_core.CV_8U, 50, 128);
        return levelled;
    }
}
