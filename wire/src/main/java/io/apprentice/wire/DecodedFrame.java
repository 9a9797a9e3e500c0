package io.apprentice.wire;

import io.apprentice.pose.estimate.Extent;
import io.apprentice.pose.estimate.LastPoses;
import io.apprentice.pose.estimate.Query;
import io.apprentice.pose.estimate.Regions;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.ImageHeader;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.teacher.TeacherView;
import io.apprentice.schemas.Detection;
import io.apprentice.schemas.Frame;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A frame of the topic, decoded and checked.
 *
 * @param source the record
 * @param image its picture
 * @param intrinsics its camera, of the picture's size
 */
public record DecodedFrame(Frame source, RgbImage image, CameraIntrinsics intrinsics) {

    /**
     * Decodes the picture.
     *
     * @throws IOException if the picture cannot be read, the intrinsics are out of range, they have another size than the
     *     picture, or the camera's id is too long; the message says what was expected
     */
    public static DecodedFrame of(Frame frame) throws IOException {
        FrameMapping.require(frame);
        byte[] bytes = Bytes.of(frame.getImage());
        CameraIntrinsics intrinsics;
        try {
            intrinsics = FrameMapping.fromRecord(frame.getIntrinsics());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        ImageHeader header = ImageHeader.of(bytes);
        if (header.width() != intrinsics.width() || header.height() != intrinsics.height()) {
            throw new IOException("image of camera '%s': expected %d x %d pixels as its intrinsics say, got %d x %d"
                    .formatted(
                            frame.getCameraId(),
                            intrinsics.width(),
                            intrinsics.height(),
                            header.width(),
                            header.height()));
        }
        return new DecodedFrame(frame, ImageCodec.decode(bytes), intrinsics);
    }

    /** The frame as a teacher sees it. */
    public TeacherView view() {
        return new TeacherView(
                source.getCameraId(),
                source.getSequence(),
                Optional.ofNullable(source.getRecordedImage())
                        .map(recorded -> new TeacherView.RecordedImage(recorded.getSceneId(), recorded.getImId())),
                image,
                intrinsics);
    }

    /**
     * A query per object. For an object of which nothing is known, a part of the frame is searched.
     *
     * @param objects ids, in the order of the answer
     * @param cropSize side of the network's crop, pixels
     * @param lastPoses where the camera saw them last
     */
    public List<Query> queries(List<String> objects, int cropSize, LastPoses lastPoses) {
        return queries(objects, cropSize, lastPoses, true);
    }

    /** The same; without {@code search}, objects are only looked for where they should be. */
    public List<Query> queries(List<String> objects, int cropSize, LastPoses lastPoses, boolean search) {
        return objects.stream()
                .map(object -> new Query(
                        image,
                        intrinsics,
                        object,
                        detection(object, cropSize),
                        lastPoses.of(source.getCameraId(), object),
                        search ? Extent.part(lastPoses.searches(source.getCameraId(), object)) : Extent.NOTHING))
                .toList();
    }

    /** The crop around the most likely box that the camera's detector gave for an object; empty without a usable one. */
    private Optional<Affine2> detection(String object, int cropSize) {
        return source.getDetections().stream()
                .filter(detection -> detection.getObjectId().equals(object))
                .max(Comparator.comparingDouble(Detection::getScore))
                .flatMap(box -> Regions.aroundBox(
                        box.getX(),
                        box.getY(),
                        box.getX() + box.getWidth(),
                        box.getY() + box.getHeight(),
                        intrinsics,
                        cropSize));
    }
}
