package io.apprentice.inference;

import io.apprentice.schemas.StudentModel;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.RareWarnings;
import io.apprentice.wire.StudentPartKey;
import io.apprentice.wire.StudentParts;
import io.apprentice.wire.StudentVerifier;
import io.micrometer.core.instrument.Counter;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.LoggerFactory;

/**
 * Puts the parts of student versions together on the global thread and hands on each complete version, in the order of
 * the log.
 *
 * <p>A part that cannot be read, or a version whose hash, length or signature is not as it must be, is refused: it is
 * counted and logged, and the student in use stays. When the service starts, parts already there are processed again, so
 * the newest student is found again. The global store, without which Kafka Streams has no such thread, stays empty.
 */
final class StudentCollector implements Processor<byte[], byte[], Void, Void> {

    private final String student;
    private final AvroCodec<StudentModel> codec;
    private final StudentVerifier verifier;
    private final Consumer<StudentFile> complete;
    private final Counter refused;
    private final RareWarnings warnings = new RareWarnings(LoggerFactory.getLogger(StudentCollector.class));
    private final StudentParts parts = new StudentParts();

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
    public void process(Record<byte[], byte[]> record) {
        if (record.value() == null) {
            // a version that was cleaned up; the one in use stays until another comes
            StudentPartKey.of(record.key()).ifPresent(key -> parts.forget(key.student(), key.version()));
            return;
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
        String name = "student '%.60s' version %d".formatted(part.getStudentId(), part.getVersion());
        try {
            parts.take(part).ifPresent(file -> {
                StudentFile whole = new StudentFile(part.getStudentId(), part.getVersion(), part.getManifest(), file);
                whole.require(verifier);
                complete.accept(whole);
            });
        } catch (IllegalArgumentException e) {
            refuse(name, e.getMessage());
        }
    }

    private void refuse(String what, String why) {
        refused.increment();
        warnings.warn("refused", "%s is refused, the student in use stays: %s".formatted(what, why));
    }
}
