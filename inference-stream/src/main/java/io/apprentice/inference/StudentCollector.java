package io.apprentice.inference;

import io.apprentice.schemas.StudentModel;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.wire.Bytes;
import io.apprentice.wire.FileParts;
import io.apprentice.wire.StudentVerifier;
import io.micrometer.core.instrument.Counter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the parts of student versions together on the global thread and hands on each complete version, in the order of
 * the log.
 *
 * <p>The global store holds the parts of incomplete versions, and nothing else: a complete version leaves it together
 * with all older ones. A part that cannot be read, or a version whose hash, length or signature is not as it must be, is refused:
 * it is counted and logged once, and the student in use stays. When the service starts, parts already there are
 * processed again, so the newest student is found again.
 */
final class StudentCollector implements Processor<byte[], byte[], Void, Void> {

    private static final Logger LOG = LoggerFactory.getLogger(StudentCollector.class);
    private static final long LARGEST_FILE = 512L << 20;

    private final String student;
    private final AvroCodec<StudentModel> codec;
    private final StudentVerifier verifier;
    private final Consumer<StudentFile> complete;
    private final Counter refused;
    private KeyValueStore<String, byte[]> parts;

    /** Collects the versions of {@code student}; empty: of every student. Hands on those that {@code verifier} trusts. */
    StudentCollector(
            String student,
            AvroCodec<StudentModel> codec,
            StudentVerifier verifier,
            Consumer<StudentFile> complete,
            Counter refused) {
        this.student = student;
        this.codec = codec;
        this.verifier = verifier;
        this.complete = complete;
        this.refused = refused;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        parts = context.getStateStore(InferenceTopology.STUDENT_PARTS);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        if (record.value() == null) {
            return; // a version that was cleaned up; the one in use stays until another comes
        }
        StudentModel part;
        try {
            part = codec.decode(record.value());
        } catch (UndecodableRecordException e) {
            refuse("a part of a student", e.getMessage());
            return;
        }
        if (!student.isEmpty() && !student.equals(part.getStudentId())) {
            return;
        }
        String name = "student '%s' version %d".formatted(part.getStudentId(), part.getVersion());
        long size = part.getManifest().getSize();
        if (part.getPart() < 0 || part.getPart() >= part.getParts() || size < 0 || size > LARGEST_FILE) {
            refuse(
                    name,
                    "part %d of %d of a file of %d bytes: expected a part below the number of parts, at most %d bytes"
                            .formatted(part.getPart(), part.getParts(), size, LARGEST_FILE));
            return;
        }
        parts.put(key(part, part.getPart()), Bytes.of(part.getWeights()));
        joined(part).ifPresent(file -> {
            forgetUpTo(part.getStudentId(), part.getVersion());
            try {
                StudentFile whole = new StudentFile(part.getStudentId(), part.getVersion(), part.getManifest(), file);
                whole.require(verifier);
                complete.accept(whole);
            } catch (IllegalArgumentException e) {
                refuse(name, e.getMessage());
            }
        });
    }

    /** The file, once its last missing part is there. */
    private Optional<byte[]> joined(StudentModel part) {
        List<byte[]> pieces = new ArrayList<>();
        for (int i = 0; i < part.getParts(); i++) {
            byte[] piece = parts.get(key(part, i));
            if (piece == null) {
                return Optional.empty();
            }
            pieces.add(piece);
        }
        return Optional.of(FileParts.join(pieces));
    }

    private void forgetUpTo(String student, long version) {
        List<String> old = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> all = parts.all()) {
            all.forEachRemaining(entry -> {
                String[] key = entry.key.split("/", 3);
                if (key[2].equals(student) && Long.parseLong(key[0]) <= version) {
                    old.add(entry.key);
                }
            });
        }
        old.forEach(parts::delete);
    }

    private void refuse(String what, String why) {
        refused.increment();
        LOG.warn("{} is refused, the student in use stays: {}", what, why);
    }

    private static String key(StudentModel part, int index) {
        return part.getVersion() + "/" + index + "/" + part.getStudentId();
    }
}
