package io.apprentice.ingest.live;

import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.ImageHeader;
import io.apprentice.pose.image.RgbConverter;
import io.apprentice.pose.image.RgbImage;
import java.io.IOException;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** Decides which pictures of a connection are kept, of which size, and encodes them. */
final class Pictures implements AutoCloseable {

    private static final double SAME_SHAPE = 0.02;

    private final Request request;
    private final long periodNanos;
    private long dueNanos = System.nanoTime();
    private int width;
    private int height;
    private RgbConverter converter;
    private byte[] rgb = {};

    Pictures(Request request) {
        this.request = request;
        periodNanos = request.framesPerSecond() > 0 ? Math.round(1e9 / request.framesPerSecond()) : 0;
    }

    /** Loads the libraries that encode, which takes long enough for frames to pile up. */
    static void warmUp() {
        ImageCodec.encodeJpeg(RgbImage.black(16, 16), 90);
    }

    /** Whether to keep the picture that came now. */
    boolean isDue() {
        long now = System.nanoTime();
        if (periodNanos == 0) {
            return true;
        }
        if (now < dueNanos - periodNanos / 2) {
            return false;
        }
        dueNanos = (now - dueNanos > periodNanos ? now : dueNanos) + periodNanos;
        return true;
    }

    /** Whether a JPEG is whole, holds all its tables and has the wanted size, so that it can travel as it is. */
    boolean isAsWanted(byte[] jpeg) {
        try {
            ImageHeader header = ImageHeader.of(jpeg);
            if (!header.format().equals("JPEG") || !isWhole(jpeg) || !hasHuffmanTables(jpeg)) {
                return false;
            }
            if (width == 0 && (request.width() == 0 || isWanted(header.width(), header.height()))) {
                width = header.width();
                height = header.height();
            }
            return header.width() == width && header.height() == height;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isWanted(int w, int h) {
        return w == request.width() && h == request.height();
    }

    private static boolean isWhole(byte[] jpeg) {
        int end = jpeg.length;
        while (end > 2 && jpeg[end - 1] == 0) {
            end--; // padding
        }
        return end > 2 && (jpeg[end - 2] & 255) == 0xff && (jpeg[end - 1] & 255) == 0xd9;
    }

    /** Some webcams leave them out, since they are always the same. */
    private static boolean hasHuffmanTables(byte[] jpeg) {
        int at = 2;
        while (at + 4 < jpeg.length && (jpeg[at] & 255) == 0xff) {
            int marker = jpeg[at + 1] & 255;
            if (marker == 0xc4) {
                return true;
            }
            if (marker == 0xda) {
                return false;
            }
            at += 2 + ((jpeg[at + 2] & 255) << 8 | (jpeg[at + 3] & 255));
        }
        return false;
    }

    /**
     * Encodes a picture, scaled if need be.
     *
     * @throws StreamException if it has not the shape of the pictures before it, or not the one that was asked for
     */
    byte[] encode(AVFrame decoded) throws StreamException {
        if (width == 0) {
            chooseSize(decoded.width(), decoded.height());
        } else if (!sameShape(decoded.width(), decoded.height(), width, height)) {
            throw new StreamException("the pictures changed from %dx%d to %dx%d pixels"
                    .formatted(width, height, decoded.width(), decoded.height()));
        }
        if (converter == null) {
            try {
                converter = new RgbConverter(width, height);
            } catch (IOException e) {
                throw new StreamException(String.valueOf(e.getMessage()));
            }
            rgb = new byte[3 * width * height];
        }
        if (!converter.convert(decoded, rgb)) {
            throw new StreamException("FFmpeg cannot convert its pictures to RGB");
        }
        RgbImage image = new RgbImage(width, height, rgb);
        return request.jpegQuality() == 0
                ? ImageCodec.encodePng(image)
                : ImageCodec.encodeJpeg(image, request.jpegQuality());
    }

    private void chooseSize(int ownWidth, int ownHeight) throws StreamException {
        boolean asked = request.width() > 0;
        boolean same = asked && sameShape(ownWidth, ownHeight, request.width(), request.height());
        if (asked && request.exact() && !same) {
            throw new StreamException("size=%dx%d has not the shape of the camera's %dx%d; expected %dx%d, for example"
                    .formatted(
                            request.width(),
                            request.height(),
                            ownWidth,
                            ownHeight,
                            request.width(),
                            Math.round((double) request.width() * ownHeight / ownWidth)));
        }
        width = same ? request.width() : ownWidth;
        height = same ? request.height() : ownHeight;
    }

    private static boolean sameShape(int width, int height, int otherWidth, int otherHeight) {
        double one = (double) width / height;
        double other = (double) otherWidth / otherHeight;
        return Math.abs(one - other) <= SAME_SHAPE * one;
    }

    @Override
    public void close() {
        if (converter != null) {
            converter.close();
        }
    }
}
