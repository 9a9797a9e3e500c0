package io.apprentice.streaming.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A transactional producer that classifies its faults. For one thread. */
final class Transactions implements AutoCloseable {

    /** Result of an attempt to commit. */
    enum Outcome {
        /** Outputs and offsets are on the broker. */
        COMMITTED,
        /** Nothing is visible: the group was rebalancing. */
        REBALANCED,
        /** Nothing is visible, and another attempt may succeed. */
        ABORTED,
        /** The producer cannot go on, and whether anything is visible is not known; see {@link #reopen}. */
        UNUSABLE
    }

    private static final Logger log = LoggerFactory.getLogger(Transactions.class);
    private static final List<Class<? extends KafkaException>> FATAL = List.of(
            AuthenticationException.class,
            AuthorizationException.class,
            UnsupportedVersionException.class,
            RecordTooLargeException.class,
            InvalidTopicException.class,
            InterruptException.class);

    /** A newer producer that ends our transaction begins with its own work sooner than this. */
    private static final long SETTLED_MILLIS = 2000;

    private final KafkaSettings kafka;
    private final String id;
    private final String broker;
    private KafkaProducer<byte[], byte[]> producer;

    /** @param id a newer producer with the same id fences this one */
    Transactions(KafkaSettings kafka, String id) {
        this.kafka = kafka;
        this.id = id;
        broker = kafka.bootstrapServers();
        producer = producer();
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return Clients.producer(
                kafka,
                Map.of("transaction.timeout.ms", "60000", "max.block.ms", "10000"),
                Map.of("transactional.id", id));
    }

    /**
     * Fences older producers with the id and ends their open transactions; waits for the broker until stopped.
     *
     * @throws TransactionalIdAuthorizationException naming the id, if the user may not have it
     */
    void open(BooleanSupplier stop) {
        while (!stop.getAsBoolean()) {
            try {
                producer.initTransactions();
                return;
            } catch (TimeoutException e) {
                log.warn("{} waits for the broker at {}: {}", id, broker, e.getMessage());
            } catch (TransactionalIdAuthorizationException e) { // Kafka's message does not name it
                throw new TransactionalIdAuthorizationException(
                        "the broker at %s lets this user have no transactional id '%s'".formatted(broker, id));
            }
        }
    }

    /**
     * Takes another producer after {@link Outcome#UNUSABLE}, unless somebody else has. Afterwards the last transaction is
     * either committed or not.
     *
     * @throws ProducerFencedException if a newer producer with this id is at work
     */
    void reopen(BooleanSupplier stop) {
        if (isTakenOver(stop)) {
            throw new ProducerFencedException("a newer producer with the id %s has taken over".formatted(id));
        }
        producer.close(Duration.ZERO);
        producer = producer();
        open(stop);
    }

    /**
     * Both a newer producer and a coordinator that gave our transaction up leave this producer fenced or in an error. But
     * after the latter, nobody has begun anything since.
     */
    private boolean isTakenOver(BooleanSupplier stop) {
        try (Admin admin = Admin.create(kafka.with(Map.of(), Map.of()))) {
            Thread.sleep(SETTLED_MILLIS);
            while (true) {
                try {
                    TransactionState state = admin.describeTransactions(List.of(id))
                            .description(id)
                            .get()
                            .state();
                    return state != TransactionState.COMPLETE_ABORT && state != TransactionState.PREPARE_ABORT;
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof RetriableException) || stop.getAsBoolean()) {
                        throw new KafkaException(
                                "%s cannot learn whether it is taken over".formatted(id), e.getCause());
                    }
                    log.warn("{} waits for the broker at {}: {}", id, broker, e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /**
     * Commits outputs and offsets, both or none.
     *
     * @throws KafkaException if another attempt cannot help
     */
    Outcome commit(
            List<ProducerRecord<byte[], byte[]>> outputs,
            Map<TopicPartition, OffsetAndMetadata> offsets,
            ConsumerGroupMetadata group) {
        try {
            producer.beginTransaction();
            for (ProducerRecord<byte[], byte[]> output : outputs) {
                Future<RecordMetadata> unused = producer.send(output); // a failed send makes the commit fail
            }
            if (!offsets.isEmpty()) {
                producer.sendOffsetsToTransaction(offsets, group);
            }
            untilAnswered(producer::commitTransaction, "commit");
            return Outcome.COMMITTED;
        } catch (CommitFailedException e) {
            return abort() ? Outcome.REBALANCED : Outcome.UNUSABLE;
        } catch (KafkaException e) {
            throwIfFatal(e);
            log.warn("a transaction of {} is retried: {}", id, e.toString());
            return abort() ? Outcome.ABORTED : Outcome.UNUSABLE;
        }
    }

    /** Whether that was possible; a coordinator that has given a transaction up by itself may leave a producer unusable. */
    private boolean abort() {
        try {
            untilAnswered(producer::abortTransaction, "abort");
            return true;
        } catch (KafkaException unusable) {
            throwIfFatal(unusable);
            log.warn("{} needs a new producer: {}", id, unusable.toString());
            return false;
        }
    }

    /** Repeats a commit or an abort that got no answer until its outcome is known. */
    private void untilAnswered(Runnable request, String what) {
        long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
        while (true) {
            try {
                request.run();
                return;
            } catch (TimeoutException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                log.warn("{} waits for the broker at {} to {}: {}", id, broker, what, e.getMessage());
            }
        }
    }

    private static void throwIfFatal(KafkaException error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            for (Class<? extends KafkaException> fatal : FATAL) {
                if (fatal.isInstance(cause)) {
                    throw fatal.cast(cause);
                }
            }
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
