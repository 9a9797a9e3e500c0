package io.apprentice.trainer;

import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.wire.LabelMapping;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Makes labels from the records of {@code local-predictions}, each with its frame. */
final class LabelSource implements AutoCloseable {

    private static final long ENDS_LAST_NANOS = 1_000_000_000;

    private final RecordReader labelReader;
    private final RecordReader frameReader;
    private final String labelTopic;
    private final String frameTopic;
    private final AvroCodec<LocalPredictions> labels;
    private final AvroCodec<Frame> frames;
    private Map<Integer, Long> ends = Map.of();
    private long endsAt;
    private Map<Integer, Long> frameEnds = Map.of();

    /**
     * Opens the topics, which must exist.
     *
     * @param context where they are
     */
    LabelSource(ServiceContext context) {
        // one reader per topic: each is quick as long as it goes on in its topic
        labelReader = new RecordReader(context.kafka());
        frameReader = new RecordReader(context.kafka());
        labelTopic = context.topics().name(Topic.LOCAL_PREDICTIONS);
        frameTopic = context.topics().name(Topic.FRAMES);
        labels = context.codecs().codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class);
        frames = context.codecs().codec(Topic.FRAMES, Frame.class);
    }

    static LabelReference reference(Received record) {
        return new LabelReference(record.partition(), record.offset());
    }

    /**
     * The label of a record.
     *
     * @return empty if the frame is no longer in its topic
     * @throws UndecodableRecordException if record or frame cannot be decoded
     * @throws IOException if the image cannot be read, or record and frame contradict each other
     */
    Optional<TaughtLabel> label(Received record) throws UndecodableRecordException, IOException {
        LocalPredictions predictions = labels.decode(record.value());
        FrameRef ref = predictions.getFrameRef();
        if (!exists(ref)) {
            frameEnds = frameReader.endOffsets(frameTopic);
        }
        if (!exists(ref)) {
            throw new IOException(
                    "frame_ref: expected a place before %s (end by partition of %s), got offset %d of partition %d"
                            .formatted(frameEnds, frameTopic, ref.getOffset(), ref.getPartition()));
        }
        Optional<Received> frame = frameReader.fetch(frameTopic, ref.getPartition(), ref.getOffset());
        if (frame.isEmpty()) {
            return Optional.empty();
        }
        Label label = LabelMapping.fromRecords(
                reference(record), predictions, frames.decode(frame.get().value()));
        return Optional.of(new TaughtLabel(label, predictions.getCameraId(), predictions.getTeacher(), ref));
    }

    /** Whether the place was ever written, as far as is known. */
    private boolean exists(FrameRef ref) {
        return ref.getOffset() >= 0 && ref.getOffset() < frameEnds.getOrDefault(ref.getPartition(), 0L);
    }

    /** A label seen before; empty if it or its frame is no longer there. */
    Optional<TaughtLabel> again(LabelReference reference) {
        Optional<Received> record = labelReader.fetch(labelTopic, reference.partition(), reference.offset());
        if (record.isEmpty()) {
            return Optional.empty();
        }
        try {
            return label(record.get());
        } catch (UndecodableRecordException | IOException e) {
            throw new IllegalStateException("label %s was read before: %s".formatted(reference, e.getMessage()), e);
        }
    }

    /**
     * Labels that wait after those folded in, counted by offsets (transaction markers included). The ends are at most a
     * second old, so the count is never more than really wait.
     */
    long waiting(Map<Integer, Long> folded) {
        long now = System.nanoTime();
        if (ends.isEmpty() || now - endsAt > ENDS_LAST_NANOS) {
            ends = labelReader.endOffsets(labelTopic);
            endsAt = now;
        }
        long waiting = 0;
        for (Map.Entry<Integer, Long> end : ends.entrySet()) {
            waiting += Math.max(0, end.getValue() - folded.getOrDefault(end.getKey(), 0L));
        }
        return waiting;
    }

    @Override
    public void close() {
        labelReader.close();
        frameReader.close();
    }
}
