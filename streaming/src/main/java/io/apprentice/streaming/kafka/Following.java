package io.apprentice.streaming.kafka;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.util.retry.Retry;

/** Follows a topic of one partition: first all that is there, then what comes, each record once and in order. */
public final class Following implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Following.class);
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final RecordReader reader;
    private final Consumer<Received> take;
    private final Disposable reading;
    private long next;

    /**
     * Returns when all that is there has been taken; from then on, records are taken on a thread of their own.
     *
     * @param topic full name; the topic must exist
     * @param take is called by one thread at a time
     */
    public Following(KafkaSettings kafka, String topic, Consumer<Received> take) {
        this.take = take;
        reader = new RecordReader(kafka);
        reader.readToEnd(topic).doOnNext(this::takeNew).blockLast();
        reading = reader.tail(List.of(topic), RecordReader.From.BEGINNING)
                .doOnError(e -> LOG.warn("{} cannot be read; what was said there holds: {}", topic, e.toString()))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, RETRY))
                .subscribe(this::takeNew);
    }

    private synchronized void takeNew(Received record) {
        if (record.offset() >= next) {
            next = record.offset() + 1;
            take.accept(record);
        }
    }

    @Override
    public void close() {
        reading.dispose();
        reader.close();
    }
}
