package io.apprentice.export.foxglove;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TimestampProto;
import java.util.Map;
import java.util.TreeMap;

/**
 * The messages of Foxglove's Protobuf schemas that a recording uses, with the fields that it uses, under their published
 * names and numbers. A reader skips fields that it lacks, so a part of a schema is as good as all of it.
 *
 * @see "Foxglove message schemas, https://docs.foxglove.dev/docs/sdk/schemas"
 */
final class FoxgloveSchema {

    private static final String PACKAGE = "foxglove";
    private static final FileDescriptorProto FILE = FileDescriptorProto.newBuilder()
            .setName("foxglove/recording.proto")
            .setPackage(PACKAGE)
            .setSyntax("proto3")
            .addDependency("google/protobuf/timestamp.proto")
            .addMessageType(message("Point2", number("x", 1), number("y", 2)))
            .addMessageType(message("Color", number("r", 1), number("g", 2), number("b", 3), number("a", 4)))
            .addMessageType(message("Vector3", number("x", 1), number("y", 2), number("z", 3)))
            .addMessageType(message("Quaternion", number("x", 1), number("y", 2), number("z", 3), number("w", 4)))
            .addMessageType(message("Pose", part("position", 1, "Vector3"), part("orientation", 2, "Quaternion")))
            .addMessageType(message(
                    "CompressedImage",
                    time(1),
                    field("data", 2, FieldDescriptorProto.Type.TYPE_BYTES),
                    text("format", 3),
                    text("frame_id", 4)))
            .addMessageType(message(
                    "CameraCalibration",
                    time(1),
                    field("width", 2, FieldDescriptorProto.Type.TYPE_FIXED32),
                    field("height", 3, FieldDescriptorProto.Type.TYPE_FIXED32),
                    text("distortion_model", 4),
                    many(number("D", 5)),
                    many(number("K", 6)),
                    many(number("R", 7)),
                    many(number("P", 8)),
                    text("frame_id", 9)))
            .addMessageType(message("PoseInFrame", time(1), text("frame_id", 2), part("pose", 3, "Pose")))
            .addMessageType(message(
                    "FrameTransform",
                    time(1),
                    text("parent_frame_id", 2),
                    text("child_frame_id", 3),
                    part("translation", 4, "Vector3"),
                    part("rotation", 5, "Quaternion")))
            .addMessageType(message(
                            "PointsAnnotation",
                            time(1),
                            field("type", 2, FieldDescriptorProto.Type.TYPE_ENUM)
                                    .setTypeName(name("PointsAnnotation.Type")),
                            many(part("points", 3, "Point2")),
                            many(part("outline_colors", 5, "Color")),
                            number("thickness", 7))
                    .addEnumType(EnumDescriptorProto.newBuilder()
                            .setName("Type")
                            .addValue(EnumValueDescriptorProto.newBuilder()
                                    .setName("UNKNOWN")
                                    .setNumber(0))
                            .addValue(EnumValueDescriptorProto.newBuilder()
                                    .setName("POINTS")
                                    .setNumber(1))))
            .addMessageType(message("ImageAnnotations", many(part("points", 2, "PointsAnnotation"))))
            .build();
    private static final Map<String, Descriptor> MESSAGES = messages();

    private FoxgloveSchema() {}

    private static Map<String, Descriptor> messages() {
        try {
            Map<String, Descriptor> byName = new TreeMap<>();
            FileDescriptor.buildFrom(FILE, new FileDescriptor[] {TimestampProto.getDescriptor()})
                    .getMessageTypes()
                    .forEach(message -> byName.put(message.getName(), message));
            return byName;
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All messages and what they need, as a schema in a file has it: a serialized {@code FileDescriptorSet}. */
    static byte[] descriptors() {
        return FileDescriptorSet.newBuilder()
                .addFile(TimestampProto.getDescriptor().toProto())
                .addFile(FILE)
                .build()
                .toByteArray();
    }

    /** An empty message, by its name without the package. */
    static DynamicMessage.Builder newMessage(String name) {
        Descriptor message = MESSAGES.get(name);
        if (message == null) {
            throw new IllegalArgumentException("expected one of %s, got %s".formatted(MESSAGES.keySet(), name));
        }
        return DynamicMessage.newBuilder(message);
    }

    private static DescriptorProto.Builder message(String name, FieldDescriptorProto.Builder... fields) {
        DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(name);
        for (FieldDescriptorProto.Builder field : fields) {
            message.addField(field);
        }
        return message;
    }

    private static FieldDescriptorProto.Builder field(String name, int number, FieldDescriptorProto.Type type) {
        return FieldDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .setType(type)
                .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL);
    }

    private static FieldDescriptorProto.Builder number(String name, int number) {
        return field(name, number, FieldDescriptorProto.Type.TYPE_DOUBLE);
    }

    private static FieldDescriptorProto.Builder text(String name, int number) {
        return field(name, number, FieldDescriptorProto.Type.TYPE_STRING);
    }

    private static FieldDescriptorProto.Builder part(String name, int number, String message) {
        return field(name, number, FieldDescriptorProto.Type.TYPE_MESSAGE).setTypeName(name(message));
    }

    private static FieldDescriptorProto.Builder time(int number) {
        return field("timestamp", number, FieldDescriptorProto.Type.TYPE_MESSAGE)
                .setTypeName(".google.protobuf.Timestamp");
    }

    private static FieldDescriptorProto.Builder many(FieldDescriptorProto.Builder field) {
        return field.setLabel(FieldDescriptorProto.Label.LABEL_REPEATED);
    }

    private static String name(String message) {
        return "." + PACKAGE + "." + message;
    }
}
