package io.apprentice.export;

import com.google.protobuf.Message;
import io.apprentice.export.foxglove.FoxgloveMessages;
import io.apprentice.export.mcap.McapWriter;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.GroundTruth;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.PoseEstimate;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * MCAP in Foxglove's schemas. What belongs to a frame has the frame's capture time as its log time, so that a player shows
 * it together; when it came about is its publish time.
 */
final class McapRecording implements Recording {

    private static final String ENCODING = "protobuf";

    private final McapWriter writer;
    private final Map<String, Integer> schemas = new HashMap<>();
    private final Map<String, Integer> channels = new HashMap<>();

    McapRecording(OutputStream out) throws IOException {
        writer = new McapWriter(out, "apprentice");
    }

    @Override
    public void frame(Frame frame, Instant arrival) throws IOException {
        String camera = "/" + frame.getCameraId();
        Stamp stamp = new Stamp(frame.getSequence(), frame.getCapturedAt(), arrival);
        write(camera + "/calibration", stamp, FoxgloveMessages.calibration(frame));
        write(camera + "/image", stamp, FoxgloveMessages.image(frame));
        for (GroundTruth truth : frame.getGroundTruth()) {
            write(
                    camera + "/" + truth.getObjectId() + "/truth",
                    stamp,
                    FoxgloveMessages.pose(frame.getCameraId(), frame.getCapturedAt(), truth.getObjectToCamera()));
        }
    }

    @Override
    public void pose(PoseEstimate pose, Instant arrival) throws IOException {
        Stamp stamp = new Stamp(pose.getSequence(), pose.getCapturedAt(), pose.getEstimatedAt());
        String camera = pose.getCameraId();
        String object = pose.getObjectId();
        write(
                "/" + camera + "/" + object + "/pose",
                stamp,
                FoxgloveMessages.pose(camera, pose.getCapturedAt(), pose.getObjectToCamera()));
        write("/tf", stamp, FoxgloveMessages.transform(camera, object, pose.getCapturedAt(), pose.getObjectToCamera()));
    }

    @Override
    public void label(LocalPredictions label, Instant written) throws IOException {
        write(
                "/" + label.getCameraId() + "/predictions",
                new Stamp(label.getSequence(), label.getCapturedAt(), written),
                FoxgloveMessages.predictions(label));
    }

    private record Stamp(long sequence, Instant captured, Instant published) {}

    private void write(String topic, Stamp stamp, Message message) throws IOException {
        Integer channel = channels.get(topic);
        if (channel == null) {
            int schema = schemas.computeIfAbsent(
                    message.getDescriptorForType().getFullName(),
                    name -> writer.schema(name, ENCODING, FoxgloveMessages.descriptors()));
            channel = writer.channel(schema, topic, ENCODING);
            channels.put(topic, channel);
        }
        writer.message(
                channel, stamp.sequence(), nanos(stamp.captured()), nanos(stamp.published()), message.toByteArray());
    }

    private static long nanos(Instant time) {
        return ChronoUnit.NANOS.between(Instant.EPOCH, time);
    }

    @Override
    public List<String> finish() throws IOException {
        writer.finish();
        return List.of();
    }
}
