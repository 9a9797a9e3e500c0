package io.apprentice.teacher;

import io.apprentice.schemas.Directive;
import io.apprentice.schemas.DirectiveKind;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.Following;
import io.apprentice.streaming.kafka.RareWarnings;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.wire.DirectiveKey;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stride of each camera: what a person asks for, or else the training, or else the settings. Ignores records that
 * cannot be read or obeyed. Thread-safe.
 */
final class Strides implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Strides.class);
    private static final int MOST_DIRECTED = 10_000;

    private final RareWarnings warnings = new RareWarnings(LOG);
    private final int usual;
    private final AvroCodec<Directive> codec;
    private final Map<DirectiveKey, Integer> directed = new ConcurrentHashMap<>();
    private Optional<Following> following = Optional.empty();

    /** Knows no directives before {@link #follow}. */
    Strides(int usual, AvroCodec<Directive> codec) {
        this.usual = usual;
        this.codec = codec;
    }

    /** Reads all committed directives, then follows new ones on a thread of its own. */
    void follow(ServiceContext context) {
        following = Optional.of(new Following(context.kafka(), context.topics().name(Topic.DIRECTIVES), this::take));
    }

    void take(Received record) {
        if (record.key() == null) {
            return;
        }
        DirectiveKey key = DirectiveKey.of(record.key());
        if (key.kind() != DirectiveKind.STRIDE) {
            return;
        }
        String camera = key.subject();
        if (record.value() == null) {
            directed.remove(key);
            return;
        }
        try {
            int stride = codec.decode(record.value()).getStride();
            if (directed.size() >= MOST_DIRECTED && !directed.containsKey(key)) {
                warnings.warn(
                        "many",
                        "directive for camera '%s': passed over, %d cameras have one".formatted(camera, MOST_DIRECTED));
            } else if (stride < 1) {
                warnings.warn(
                        "none",
                        "directive for camera '%s': expected a stride of at least 1, got %d".formatted(camera, stride));
            } else if (!Integer.valueOf(stride).equals(directed.put(key, stride))) {
                LOG.info("camera '{}': every {} frames are labelled from now on", camera, of(camera));
            }
        } catch (UndecodableRecordException e) {
            warnings.warn(
                    "unreadable", "directive for camera '%s' cannot be read: %s".formatted(camera, e.getMessage()));
        }
    }

    int of(String camera) {
        Integer byPerson = directed.get(DirectiveKey.ofPerson(DirectiveKind.STRIDE, camera));
        return byPerson != null
                ? byPerson
                : directed.getOrDefault(new DirectiveKey(DirectiveKind.STRIDE, camera, false), usual);
    }

    @Override
    public void close() {
        following.ifPresent(Following::close);
    }
}
