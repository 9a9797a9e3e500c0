package io.apprentice.inference;

import io.apprentice.schemas.Directive;
import io.apprentice.schemas.DirectiveKind;
import io.apprentice.schemas.StudentModel;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.Following;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.wire.Bytes;
import io.apprentice.wire.DirectiveKey;
import io.apprentice.wire.FileParts;
import io.apprentice.wire.StudentPartKey;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which version is put to use: the one that somebody has pinned, or else the newest. A pin holds over restarts, since
 * its topic keeps it. Where the pinned version is not there, the one in use stays. Thread-safe.
 */
final class StudentChoice implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StudentChoice.class);

    private final ServiceContext context;
    private final AvroCodec<Directive> directives;
    private final AvroCodec<StudentModel> models;
    private final Consumer<StudentFile> use;
    private final Map<String, Long> pins = new HashMap<>();
    private Optional<StudentFile> newest = Optional.empty();
    private Optional<Following> following = Optional.empty();

    /** Hands what is to be used to {@code use}, which returns at once. */
    StudentChoice(ServiceContext context, Consumer<StudentFile> use) {
        this.context = context;
        this.use = use;
        directives = context.codecs().codec(Topic.DIRECTIVES, Directive.class);
        models = context.codecs().codec(Topic.STUDENT_MODELS, StudentModel.class);
    }

    /** Knows all pins so far when it returns. */
    void follow() {
        following = Optional.of(new Following(context.kafka(), context.topics().name(Topic.DIRECTIVES), this::take));
    }

    /** A version has come, the newest so far. */
    synchronized void offer(StudentFile file) {
        newest = Optional.of(file);
        Long pinned = pins.get(file.id());
        if (pinned == null || pinned == file.version()) {
            use.accept(file);
        } else {
            LOG.info("{} is not put to use: version {} is pinned", file, pinned);
        }
    }

    private synchronized void take(Received record) {
        DirectiveKey key = record.key() == null ? null : DirectiveKey.of(record.key());
        if (key == null || key.kind() != DirectiveKind.PIN) {
            return;
        }
        String student = key.subject();
        if (record.value() == null) {
            pins.remove(student);
            newest.filter(file -> file.id().equals(student)).ifPresent(use);
            return;
        }
        try {
            Directive directive = directives.decode(record.value());
            if (directive.getVersion() == null) {
                LOG.warn("directive for student '{}': expected a version to pin, got none", student);
                return;
            }
            LOG.info("student '{}': version {} is pinned by {}", student, directive.getVersion(), directive.getBy());
            pins.put(student, directive.getVersion());
            if (newest.isPresent() && newest.get().id().equals(student)) {
                find(student, directive.getVersion());
            }
        } catch (UndecodableRecordException e) {
            LOG.warn("directive for student '{}' cannot be read: {}", student, e.getMessage());
        }
    }

    private void find(String student, long version) {
        try {
            stored(student, version)
                    .ifPresentOrElse(
                            use,
                            () -> LOG.warn(
                                    "student '{}' version {} is pinned, but no longer in its topic; the one in use stays",
                                    student,
                                    version));
        } catch (RuntimeException e) {
            LOG.warn(
                    "student '{}' version {} is pinned, but cannot be read; the one in use stays", student, version, e);
        }
    }

    /** Reads a version from its topic. */
    private Optional<StudentFile> stored(String student, long version) {
        NavigableMap<Integer, StudentModel> parts = new TreeMap<>();
        try (RecordReader reader = new RecordReader(context.kafka())) {
            reader.readToEnd(context.topics().name(Topic.STUDENT_MODELS))
                    .filter(record -> isOf(record, student, version))
                    .doOnNext(record -> note(record, parts))
                    .blockLast();
        }
        if (parts.isEmpty() || parts.size() < parts.firstEntry().getValue().getParts()) {
            return Optional.empty();
        }
        return Optional.of(new StudentFile(
                student,
                version,
                parts.firstEntry().getValue().getManifest(),
                FileParts.join(parts.values().stream()
                        .map(part -> Bytes.of(part.getWeights()))
                        .toList())));
    }

    private static boolean isOf(Received record, String student, long version) {
        StudentPartKey key = StudentPartKey.of(record.key());
        return key.student().equals(student) && key.version() == version;
    }

    private void note(Received record, Map<Integer, StudentModel> parts) {
        try {
            if (record.value() == null) {
                parts.clear(); // removed
            } else {
                StudentModel part = models.decode(record.value());
                parts.put(part.getPart(), part);
            }
        } catch (UndecodableRecordException e) {
            LOG.warn("a part of a student cannot be read: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        following.ifPresent(Following::close);
    }
}
