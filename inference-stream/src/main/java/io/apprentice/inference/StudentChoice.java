package io.apprentice.inference;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.apprentice.schemas.Directive;
import io.apprentice.schemas.DirectiveKind;
import io.apprentice.schemas.StudentModel;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.Following;
import io.apprentice.streaming.kafka.RareWarnings;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.wire.DirectiveKey;
import io.apprentice.wire.StudentPartKey;
import io.apprentice.wire.StudentParts;
import io.apprentice.wire.StudentVerifier;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which version is put to use: the one that somebody has pinned, or else the newest. A pin holds over restarts, since
 * its topic keeps it. Where the pinned version is not there, the one in use stays. Thread-safe.
 */
final class StudentChoice implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StudentChoice.class);
    private static final int MOST_PINS = 1_000;

    private final RareWarnings warnings = new RareWarnings(LOG);
    private final ServiceContext context;
    private final AvroCodec<Directive> directives;
    private final AvroCodec<StudentModel> models;
    private final StudentVerifier verifier;
    private final Consumer<StudentFile> use;
    private final Map<String, Long> pins = new Newest<>(MOST_PINS);
    private Optional<StudentFile> newest = Optional.empty();
    private Optional<Following> following = Optional.empty();

    /** Hands what is to be used, and is trusted, to {@code use}, which returns at once. */
    StudentChoice(ServiceContext context, StudentVerifier verifier, Consumer<StudentFile> use) {
        this.context = context;
        this.verifier = verifier;
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

    synchronized void take(Received record) {
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
                warnings.warn(
                        "none", "directive for student '%s': expected a version to pin, got none".formatted(student));
                return;
            }
            LOG.info("student '{}': version {} is pinned by {}", student, directive.getVersion(), directive.getBy());
            pins.put(student, directive.getVersion());
            if (newest.isPresent() && newest.get().id().equals(student)) {
                find(student, directive.getVersion());
            }
        } catch (UndecodableRecordException e) {
            warnings.warn(
                    "unreadable", "directive for student '%s' cannot be read: %s".formatted(student, e.getMessage()));
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

    /** Reads a version from its topic; empty if it is not there, or removed, or broken, or of nobody who is trusted. */
    private Optional<StudentFile> stored(String student, long version) {
        StudentParts parts = new StudentParts();
        AtomicReference<Optional<StudentFile>> found = new AtomicReference<>(Optional.empty());
        try (RecordReader reader = new RecordReader(context.kafka())) {
            reader.readToEnd(context.topics().name(Topic.STUDENT_MODELS))
                    .filter(record -> isOf(record, student, version))
                    .doOnNext(record -> found.set(
                            record.value() == null
                                    ? Optional.empty()
                                    : whole(record, parts).or(found::get)))
                    .blockLast();
        }
        return found.get();
    }

    private static boolean isOf(Received record, String student, long version) {
        return StudentPartKey.of(record.key())
                .filter(key -> key.student().equals(student) && key.version() == version)
                .isPresent();
    }

    /** The version, if this is its last missing part. */
    private Optional<StudentFile> whole(Received record, StudentParts parts) {
        try {
            StudentModel part = models.decode(record.value());
            Optional<StudentFile> whole = parts.take(part)
                    .map(file -> new StudentFile(part.getStudentId(), part.getVersion(), part.getManifest(), file));
            whole.ifPresent(file -> file.require(verifier));
            return whole;
        } catch (UndecodableRecordException | IllegalArgumentException e) {
            warnings.warn(
                    "part",
                    "a part of student '%s' is passed over: %s"
                            .formatted(new String(record.key(), UTF_8), e.getMessage()));
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        following.ifPresent(Following::close);
    }
}
