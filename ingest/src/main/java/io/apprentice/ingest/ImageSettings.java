package io.apprentice.ingest;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.scene.TruePose;
import io.apprentice.schemas.ImageEncoding;
import java.util.List;

/**
 * How pictures that come without compression, rendered or from a video, are compressed; under the key {@code ingest.image}.
 * Image files travel as they are, unless they have to be turned.
 *
 * @param encoding JPEG, or PNG for pictures without loss
 * @param jpegQuality 1 to 100
 */
public record ImageSettings(ImageEncoding encoding, int jpegQuality) {

    /** Small and hardly worse than the original. */
    public static final ImageSettings DEFAULTS = new ImageSettings(ImageEncoding.JPEG, 90);

    /** @throws IllegalArgumentException naming the key, the value and what was expected */
    public ImageSettings {
        Require.that(jpegQuality >= 1 && jpegQuality <= 100, "image.jpeg-quality", jpegQuality, "1 to 100");
    }

    Capture.Image encode(RgbImage image, CameraIntrinsics intrinsics, List<TruePose> truth) {
        byte[] bytes =
                encoding == ImageEncoding.PNG ? ImageCodec.encodePng(image) : ImageCodec.encodeJpeg(image, jpegQuality);
        return new Capture.Image(encoding, bytes, intrinsics, truth);
    }
}
