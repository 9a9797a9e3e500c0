package io.apprentice.trainer;

import io.apprentice.schemas.Topic;
import io.apprentice.schemas.TrainingCheckpoint;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.wire.Bytes;
import io.apprentice.wire.FileParts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Reads what trainers before this one left behind, in topics of one partition. */
final class Checkpoints {

    private static final long FIRST_SPAN = 64;

    private final ServiceContext context;
    private final RecordReader reader;
    private final String student;
    private final AvroCodec<TrainingCheckpoint> codec;

    Checkpoints(ServiceContext context, RecordReader reader, String student) {
        this.context = context;
        this.reader = reader;
        this.student = student;
        codec = context.codecs().codec(Topic.TRAINING_CHECKPOINTS, TrainingCheckpoint.class);
    }

    /**
     * The student's newest state.
     *
     * @throws IllegalStateException if it is there, but broken; no other one would do, since the offsets belong to it
     */
    Optional<byte[]> newest() {
        String topic = context.topics().name(Topic.TRAINING_CHECKPOINTS);
        long end = reader.endOffsets(topic).getOrDefault(0, 0L);
        // the parts of a checkpoint lie together: the end of the topic usually holds the newest one
        for (long span = FIRST_SPAN; ; span *= 4) {
            Map<Integer, TrainingCheckpoint> parts = new TreeMap<>();
            ours(topic, Math.max(0, end - span), end)
                    .map(this::decode)
                    .forEach(part -> parts.put(part.getPart(), part));
            TrainingCheckpoint first = parts.get(0);
            boolean whole = first != null && parts.keySet().containsAll(range(first.getParts()));
            if (whole || span >= end) {
                return first == null ? Optional.empty() : Optional.of(join(parts, first));
            }
        }
    }

    private static Set<Integer> range(int end) {
        return IntStream.range(0, end).boxed().collect(Collectors.toSet());
    }

    private byte[] join(Map<Integer, TrainingCheckpoint> parts, TrainingCheckpoint first) {
        List<byte[]> bytes = new ArrayList<>();
        for (int i = 0; i < first.getParts(); i++) {
            TrainingCheckpoint part = parts.get(i);
            if (part != null && part.getSha256().equals(first.getSha256())) {
                bytes.add(Bytes.of(part.getState()));
            }
        }
        byte[] state = FileParts.join(bytes);
        if (!FileParts.sha256(state).equals(first.getSha256())) {
            throw new IllegalStateException(
                    "checkpoint of student '%s' at step %d: expected %d parts with sha256 %s, found %d with %s"
                            .formatted(
                                    student,
                                    first.getSteps(),
                                    first.getParts(),
                                    first.getSha256(),
                                    bytes.size(),
                                    FileParts.sha256(state)));
        }
        return state;
    }

    /** Whether versions of the student were published. */
    boolean hasVersions() {
        String topic = context.topics().name(Topic.STUDENT_MODELS);
        return ours(topic, 0, reader.endOffsets(topic).getOrDefault(0, 0L))
                .findAny()
                .isPresent();
    }

    /** One after the other, so that only one is in memory. */
    private Stream<Received> ours(String topic, long from, long end) {
        return LongStream.range(from, end)
                .mapToObj(offset -> reader.fetch(topic, 0, offset))
                .flatMap(Optional::stream)
                .filter(record -> record.value() != null && isOurs(record));
    }

    private boolean isOurs(Received record) {
        return record.key() != null && new String(record.key(), StandardCharsets.UTF_8).startsWith(student + "/");
    }

    private TrainingCheckpoint decode(Received record) {
        try {
            return codec.decode(record.value());
        } catch (UndecodableRecordException e) {
            throw new IllegalStateException(
                    "checkpoint of student '%s' at offset %d: %s".formatted(student, record.offset(), e.getMessage()),
                    e);
        }
    }
}
