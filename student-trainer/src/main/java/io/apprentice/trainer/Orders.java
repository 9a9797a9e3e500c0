package io.apprentice.trainer;

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
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.LoggerFactory;

/**
 * What people ask of the trainer of one student: to rest, and to keep a version that the inference is to use. They hold
 * over restarts, since the topic keeps them. Ignores records that cannot be read. Thread-safe.
 */
final class Orders implements AutoCloseable {

    private final RareWarnings warnings = new RareWarnings(LoggerFactory.getLogger(Orders.class));

    private final DirectiveKey pause;
    private final DirectiveKey pin;
    private final AvroCodec<Directive> codec;
    private Optional<Following> following = Optional.empty();
    private Optional<Directive> paused = Optional.empty();
    private OptionalLong pinned = OptionalLong.empty();
    private boolean closed;

    /** Knows no orders before {@link #follow}. */
    Orders(ServiceContext context, String student) {
        pause = DirectiveKey.ofPerson(DirectiveKind.PAUSE, student);
        pin = DirectiveKey.ofPerson(DirectiveKind.PIN, student);
        codec = context.codecs().codec(Topic.DIRECTIVES, Directive.class);
    }

    /** Knows all orders so far when it returns, and then follows new ones on a thread of its own. */
    void follow(ServiceContext context) {
        following = Optional.of(new Following(context.kafka(), context.topics().name(Topic.DIRECTIVES), this::take));
    }

    synchronized void take(Received record) {
        DirectiveKey key = record.key() == null ? null : DirectiveKey.of(record.key());
        if (!pause.equals(key) && !pin.equals(key)) {
            return;
        }
        try {
            Optional<Directive> order =
                    record.value() == null ? Optional.empty() : Optional.of(codec.decode(record.value()));
            if (pause.equals(key)) {
                paused = order;
                notifyAll();
            } else {
                pinned = order.map(Directive::getVersion).map(OptionalLong::of).orElse(OptionalLong.empty());
            }
        } catch (UndecodableRecordException e) {
            warnings.warn("unreadable", "a directive cannot be read; what was asked before holds: " + e.getMessage());
        }
    }

    /** Who wants the trainer to rest; empty if nobody does. */
    synchronized Optional<String> pausedBy() {
        return paused.map(order -> order.getBy().isEmpty() ? "nobody who is named" : order.getBy());
    }

    /** The version that must not be removed. */
    synchronized OptionalLong pinned() {
        return pinned;
    }

    /** Returns when nobody wants the trainer to rest any more, true, or it is to end, false. */
    synchronized boolean awaitWork() throws InterruptedException {
        while (paused.isPresent() && !closed) {
            wait();
        }
        return paused.isEmpty();
    }

    /** Lets who waits go on. */
    synchronized void stopWaiting() {
        closed = true;
        notifyAll();
    }

    @Override
    public void close() {
        stopWaiting();
        following.ifPresent(Following::close);
    }
}
