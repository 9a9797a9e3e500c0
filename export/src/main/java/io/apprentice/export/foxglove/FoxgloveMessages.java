package io.apprentice.export.foxglove;

import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.Intrinsics;
import io.apprentice.schemas.KeypointVotes;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.ObjectPredictions;
import io.apprentice.schemas.Pose;
import io.apprentice.schemas.SurfaceCodes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Frames, poses and labels as messages of Foxglove's schemas. A camera's id is the name of its frame of reference, in which
 * x points right, y down and z forward, as in ours; an object's is {@code CAMERA/OBJECT}.
 */
public final class FoxgloveMessages {

    /** Foxglove counts from a pixel's corner, we from its centre. */
    private static final double CORNER = 0.5;

    private static final double POINT_PIXELS = 2;
    private static final List<DynamicMessage> HUES = List.of(
            color(1, 0.3, 0.3),
            color(1, 0.65, 0.1),
            color(1, 1, 0.2),
            color(0.4, 1, 0.3),
            color(0.2, 1, 0.9),
            color(0.3, 0.6, 1),
            color(0.6, 0.4, 1),
            color(1, 0.4, 0.9));

    private FoxgloveMessages() {}

    /** The schema of all messages here: a serialized {@code FileDescriptorSet}. */
    public static byte[] descriptors() {
        return FoxgloveSchema.descriptors();
    }

    /** The image, its bytes as they are. */
    public static Message image(Frame frame) {
        DynamicMessage.Builder message = stamped("CompressedImage", frame.getCapturedAt());
        set(message, "frame_id", frame.getCameraId());
        set(message, "format", frame.getEncoding().name().toLowerCase(Locale.ROOT));
        set(message, "data", ByteString.copyFrom(frame.getImage().duplicate()));
        return message.build();
    }

    /** The camera's calibration; the distortion's coefficients are OpenCV's, all that the camera has. */
    public static Message calibration(Frame frame) {
        Intrinsics i = frame.getIntrinsics();
        DynamicMessage.Builder message = stamped("CameraCalibration", frame.getCapturedAt());
        set(message, "frame_id", frame.getCameraId());
        set(message, "width", i.getWidth());
        set(message, "height", i.getHeight());
        List<Double> distortion = new ArrayList<>(i.getDistortion());
        while (distortion.size() < 5) {
            distortion.add(0.0); // the shortest model that readers know has five
        }
        set(message, "distortion_model", distortion.size() > 5 ? "rational_polynomial" : "plumb_bob");
        set(message, "D", distortion);
        double fx = i.getFx();
        double fy = i.getFy();
        double cx = i.getCx();
        double cy = i.getCy();
        set(message, "K", List.of(fx, 0.0, cx, 0.0, fy, cy, 0.0, 0.0, 1.0));
        set(message, "R", List.of(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0));
        set(message, "P", List.of(fx, 0.0, cx, 0.0, 0.0, fy, cy, 0.0, 0.0, 0.0, 1.0, 0.0));
        return message.build();
    }

    /** An object's pose in its camera's frame. */
    public static Message pose(String camera, Instant capturedAt, Pose pose) {
        DynamicMessage.Builder message = stamped("PoseInFrame", capturedAt);
        set(message, "frame_id", camera);
        DynamicMessage.Builder inside = FoxgloveSchema.newMessage("Pose");
        set(inside, "position", position(pose));
        set(inside, "orientation", orientation(pose));
        set(message, "pose", inside.build());
        return message.build();
    }

    /** The same as a transform, so that what hangs on the object can be drawn. */
    public static Message transform(String camera, String object, Instant capturedAt, Pose pose) {
        DynamicMessage.Builder message = stamped("FrameTransform", capturedAt);
        set(message, "parent_frame_id", camera);
        set(message, "child_frame_id", camera + "/" + object);
        set(message, "translation", position(pose));
        set(message, "rotation", orientation(pose));
        return message.build();
    }

    /** The teacher's local predictions as points on the image: a colour per keypoint, more opaque where a cell is surer. */
    public static Message predictions(LocalPredictions label) {
        DynamicMessage.Builder message = FoxgloveSchema.newMessage("ImageAnnotations");
        for (ObjectPredictions object : label.getObjects()) {
            DynamicMessage.Builder points = stamped("PointsAnnotation", label.getCapturedAt());
            set(
                    points,
                    "type",
                    points.getDescriptorForType().findEnumTypeByName("Type").findValueByName("POINTS"));
            set(points, "thickness", POINT_PIXELS);
            if (object.getPredictions() instanceof KeypointVotes votes) {
                add(points, votes.getKeypoints(), votes.getPoints(), votes.getScores());
            } else if (object.getPredictions() instanceof SurfaceCodes codes) {
                add(points, 1, codes.getPositions(), codes.getScores());
            }
            add(message, "points", points.build());
        }
        return message.build();
    }

    /** Adds points, x y each, {@code perCell} a cell. */
    private static void add(DynamicMessage.Builder points, int perCell, List<Float> coordinates, List<Float> scores) {
        for (int i = 0; i + 1 < coordinates.size(); i += 2) {
            DynamicMessage.Builder point = FoxgloveSchema.newMessage("Point2");
            set(point, "x", coordinates.get(i) + CORNER);
            set(point, "y", coordinates.get(i + 1) + CORNER);
            add(points, "points", point.build());
            DynamicMessage.Builder color = HUES.get(i / 2 % perCell % HUES.size()).toBuilder();
            set(color, "a", (double) scores.get(i / 2 / perCell));
            add(points, "outline_colors", color.build());
        }
    }

    private static DynamicMessage color(double r, double g, double b) {
        DynamicMessage.Builder color = FoxgloveSchema.newMessage("Color");
        set(color, "r", r);
        set(color, "g", g);
        set(color, "b", b);
        return color.build();
    }

    private static Message position(Pose pose) {
        DynamicMessage.Builder vector = FoxgloveSchema.newMessage("Vector3");
        set(vector, "x", pose.getTx());
        set(vector, "y", pose.getTy());
        set(vector, "z", pose.getTz());
        return vector.build();
    }

    private static Message orientation(Pose pose) {
        DynamicMessage.Builder quaternion = FoxgloveSchema.newMessage("Quaternion");
        set(quaternion, "x", pose.getQx());
        set(quaternion, "y", pose.getQy());
        set(quaternion, "z", pose.getQz());
        set(quaternion, "w", pose.getQw());
        return quaternion.build();
    }

    private static DynamicMessage.Builder stamped(String name, Instant at) {
        DynamicMessage.Builder message = FoxgloveSchema.newMessage(name);
        set(
                message,
                "timestamp",
                Timestamp.newBuilder()
                        .setSeconds(at.getEpochSecond())
                        .setNanos(at.getNano())
                        .build());
        return message;
    }

    private static void set(DynamicMessage.Builder message, String field, Object value) {
        message.setField(message.getDescriptorForType().findFieldByName(field), value);
    }

    private static void add(DynamicMessage.Builder message, String field, Message value) {
        message.addRepeatedField(message.getDescriptorForType().findFieldByName(field), value);
    }
}
