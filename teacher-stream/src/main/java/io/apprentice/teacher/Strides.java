package io.apprentice.teacher;

import io.apprentice.schemas.Directive;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.service.ServiceContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.util.retry.Retry;

/** The stride of each camera: from its newest directive, or else from the settings. Thread-safe. */
final class Strides implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Strides.class);
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final int usual;
    private final AvroCodec<Directive> codec;
    private final Map<String, Integer> directed = new ConcurrentHashMap<>();
    private long next;
    private RecordReader reader;
    private Disposable reading = () -> {};

    /** Knows no directives before {@link #follow}. */
    Strides(int usual, AvroCodec<Directive> codec) {
        this.usual = usual;
        this.codec = codec;
    }

    /** Reads all committed directives, then follows new ones on a thread of its own. */
    void follow(ServiceContext context) {
        reader = new RecordReader(context.kafka());
        String topic = context.topics().name(Topic.DIRECTIVES);
        reader.readToEnd(topic).doOnNext(this::take).blockLast();
        reading = reader.tail(List.of(topic), RecordReader.From.BEGINNING)
                .doOnError(e -> LOG.warn("directives cannot be read, the strides stay as they are: {}", e.toString()))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, RETRY))
                .subscribe(this::take);
    }

    /** Takes a record of the topic, which has one partition. Ignores unreadable records and those seen before. */
    private synchronized void take(Received record) {
        if (record.offset() < next || record.key() == null) {
            return;
        }
        next = record.offset() + 1;
        String camera = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            directed.remove(camera);
            return;
        }
        try {
            int stride = codec.decode(record.value()).getStride();
            if (stride < 1) {
                LOG.warn("directive for camera '{}': expected a stride of at least 1, got {}", camera, stride);
            } else if (!Integer.valueOf(stride).equals(directed.put(camera, stride))) {
                LOG.info("camera '{}': every {} frames are labelled from now on", camera, stride);
            }
        } catch (UndecodableRecordException e) {
            LOG.warn("directive for camera '{}' cannot be read: {}", camera, e.getMessage());
        }
    }

    int of(String camera) {
        return directed.getOrDefault(camera, usual);
    }

    @Override
    public void close() {
        reading.dispose();
        if (reader != null) {
            reader.close();
        }
    }
}
