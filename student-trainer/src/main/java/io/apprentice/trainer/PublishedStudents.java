package io.apprentice.trainer;

import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.schemas.StudentModel;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.wire.Bytes;
import io.apprentice.wire.FileParts;
import io.apprentice.wire.StudentPartKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** The versions of one student that {@code student-models} keeps: the start, and the newest few. */
final class PublishedStudents {

    /** Parts in memory beside those of versions that are kept. */
    private static final int AHEAD = 4;

    private final Map<Long, NetworkWeights> versions;

    private PublishedStudents(Map<Long, NetworkWeights> versions) {
        this.versions = versions;
    }

    /**
     * Reads them.
     *
     * @throws IOException if a record or a file is broken, or the start is missing
     */
    static PublishedStudents read(ServiceContext context, RecordReader reader, String student) throws IOException {
        AvroCodec<StudentModel> codec = context.codecs().codec(Topic.STUDENT_MODELS, StudentModel.class);
        String topic = context.topics().name(Topic.STUDENT_MODELS);
        Map<Long, Map<Integer, StudentModel>> parts = new TreeMap<>();
        try {
            for (Received record : reader.readToEnd(topic).toIterable(AHEAD)) {
                Optional<StudentPartKey> key =
                        StudentPartKey.of(record.key()).filter(k -> k.student().equals(student));
                if (key.isEmpty()) {
                    continue;
                }
                long version = key.get().version();
                if (record.value() == null) {
                    parts.remove(version);
                } else {
                    parts.computeIfAbsent(version, v -> new TreeMap<>())
                            .put(key.get().part(), codec.decode(record.value()));
                }
            }
        } catch (UndecodableRecordException e) {
            throw new IOException("%s: %s".formatted(topic, e.getMessage()), e);
        }
        Map<Long, NetworkWeights> versions = new TreeMap<>();
        for (Map.Entry<Long, Map<Integer, StudentModel>> version : parts.entrySet()) {
            List<byte[]> pieces = new ArrayList<>();
            version.getValue().values().forEach(part -> pieces.add(Bytes.of(part.getWeights())));
            versions.put(version.getKey(), NetworkWeights.fromBytes(FileParts.join(pieces)));
        }
        if (!versions.containsKey(0L)) {
            throw new IOException("%s has no version 0 of student '%s'".formatted(topic, student));
        }
        return new PublishedStudents(versions);
    }

    /** What the training began with. */
    NetworkWeights start() {
        return Objects.requireNonNull(versions.get(0L));
    }

    /** A version; empty if it is no longer kept. */
    Optional<NetworkWeights> version(long version) {
        return Optional.ofNullable(versions.get(version));
    }
}
