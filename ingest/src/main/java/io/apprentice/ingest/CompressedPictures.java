package io.apprentice.ingest;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.Exif;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.ImageHeader;
import io.apprentice.pose.image.Orientation;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.scene.TruePose;
import io.apprentice.schemas.ImageEncoding;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes images of JPEG and PNG bytes that somebody else has compressed. They are passed on unchanged, but pictures whose EXIF data
 * says that they are to be turned are turned and compressed again; intrinsics belong to what is then seen.
 */
final class CompressedPictures {

    private static final Logger LOG = LoggerFactory.getLogger(CompressedPictures.class);

    /** Intrinsics by size. */
    interface Calibration {
        /** Those of a size; fails if there are none for it. */
        CameraIntrinsics of(int width, int height) throws IOException;
    }

    private final String origin;
    private final Optional<ImageSettings> turning;
    private boolean said;

    /**
     * For the pictures of one origin.
     *
     * @param origin for messages
     * @param turning how turned pictures are compressed; if empty, none is turned
     */
    CompressedPictures(String origin, Optional<ImageSettings> turning) {
        this.origin = origin;
        this.turning = turning;
    }

    /** Format and size of a picture as it is seen. */
    ImageHeader header(byte[] bytes) throws IOException {
        ImageHeader stored = ImageHeader.of(bytes);
        return orientation(bytes).swapped()
                ? new ImageHeader(stored.format(), stored.height(), stored.width())
                : stored;
    }

    private Orientation orientation(byte[] bytes) {
        return turning.isPresent() ? Exif.orientation(bytes) : Orientation.UPRIGHT;
    }

    /**
     * One picture.
     *
     * @param name of this picture, for messages
     * @throws IOException if the bytes are not a picture, or there are no intrinsics for its size
     */
    Capture.Image image(String name, byte[] bytes, Calibration calibration, List<TruePose> truth) throws IOException {
        ImageHeader header = ImageHeader.of(bytes);
        ImageEncoding encoding = ImageEncoding.valueOf(header.format());
        Orientation orientation = orientation(bytes);
        if (orientation.isUpright()) {
            return new Capture.Image(encoding, bytes, calibration.of(header.width(), header.height()), truth);
        }
        if (!said) {
            said = true;
            LOG.warn(
                    "{}: pictures such as {} are {}, as their EXIF orientation says; intrinsics belong to what is then seen",
                    origin,
                    name,
                    orientation.text());
        }
        RgbImage seen = orientation.turn(ImageCodec.decode(bytes));
        return new ImageSettings(encoding, turning.orElseThrow().jpegQuality())
                .encode(seen, calibration.of(seen.width(), seen.height()), truth);
    }
}
