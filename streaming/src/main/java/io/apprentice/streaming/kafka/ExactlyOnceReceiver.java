package io.apprentice.streaming.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Exactly once: records in, outputs and input offsets out in one transaction. What was received but not committed when the
 * process ends, or when its partition goes to another member of the group, is received again there, and none of its outputs
 * is ever visible to a read_committed reader.
 *
 * <p>One thread owns the consumer and the producer. Demand drives it: without demand, or with more than {@value
 * #LARGEST_BACKLOG} bytes handed out and not yet committed, the consumer is paused, so memory is bounded. Records of one
 * partition come in order. A commit is taken in the order of the calls.
 */
public final class ExactlyOnceReceiver implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ExactlyOnceReceiver.class);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final long LARGEST_BACKLOG = 64L << 20;
    private static final int RECORDS_PER_POLL = 16;

    private final List<String> topics;
    private final String groupId;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Queue<Commit> commits = new ConcurrentLinkedQueue<>();
    /** Handed out, not yet committed, partition still ours; by identity. Touched by the consumer's thread only. */
    private final Set<Received> inFlight = Collections.newSetFromMap(new IdentityHashMap<>());

    private long backlogBytes;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean closing;
    private volatile boolean started;

    private record Commit(
            Collection<Received> processed, List<ProducerRecord<byte[], byte[]>> outputs, MonoSink<Void> done) {}

    /**
     * Makes the clients; nothing is read before {@link #receive()} is subscribed to.
     *
     * @param groupId consumer group
     * @param transactionalId unique among the receivers that run at one time; a newer one of the same id fences the older
     * @param topics full names
     */
    public ExactlyOnceReceiver(KafkaSettings kafka, String groupId, String transactionalId, List<String> topics) {
        this.topics = List.copyOf(topics);
        this.groupId = groupId;
        consumer = Clients.consumer(
                kafka,
                Map.of(
                        "group.id",
                        groupId,
                        "max.poll.records",
                        Integer.toString(RECORDS_PER_POLL),
                        "max.poll.interval.ms",
                        "300000",
                        "session.timeout.ms",
                        "10000"));
        producer =
                Clients.producer(kafka, Map.of("transactional.id", transactionalId, "transaction.timeout.ms", "60000"));
    }

    /**
     * The records, from the group's committed offsets on. To be subscribed to once. Ends with an error if Kafka reports one
     * that trying again does not cure.
     */
    public Flux<Received> receive() {
        return Flux.create(
                sink -> {
                    if (started) {
                        sink.error(new IllegalStateException("already subscribed to"));
                        return;
                    }
                    started = true;
                    Thread thread = new Thread(() -> run(sink), "receiver-" + groupId);
                    thread.setDaemon(true);
                    thread.start();
                },
                FluxSink.OverflowStrategy.BUFFER);
    }

    /**
     * Commits outputs and progress together; completes when both are on the broker.
     *
     * @param processed every received record that is done with since the last commit
     * @param outputs records to send
     * @return fails if the transaction was aborted; work on partitions that meanwhile went elsewhere is dropped silently, for
     *     their new owner does it again
     */
    public Mono<Void> commit(Collection<Received> processed, List<ProducerRecord<byte[], byte[]>> outputs) {
        return Mono.create(done -> {
            if (closing && ended.getCount() == 0) {
                done.error(new IllegalStateException("the receiver is closed"));
                return;
            }
            commits.add(new Commit(List.copyOf(processed), List.copyOf(outputs), done));
            consumer.wakeup();
        });
    }

    private void run(FluxSink<Received> sink) {
        try {
            producer.initTransactions();
            consumer.subscribe(topics, new Ownership());
            while (!(closing && commits.isEmpty())) {
                drainCommits();
                boolean wanted = !closing
                        && sink.requestedFromDownstream() > 0
                        && backlogBytes < LARGEST_BACKLOG
                        && !sink.isCancelled();
                if (wanted) {
                    consumer.resume(consumer.paused());
                } else {
                    consumer.pause(consumer.assignment());
                }
                try {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                        Received received = Received.of(record);
                        inFlight.add(received);
                        backlogBytes += size(received);
                        sink.next(received);
                    }
                } catch (WakeupException commitWaits) {
                    // drained at the top of the loop
                }
            }
            sink.complete();
        } catch (KafkaException | IllegalStateException e) {
            log.error("receiver {} ends: {}", groupId, e.toString());
            sink.error(e);
        } finally {
            closeClients();
            ended.countDown();
            for (Commit left = commits.poll(); left != null; left = commits.poll()) {
                left.done().error(new IllegalStateException("the receiver is closed"));
            }
        }
    }

    private static long size(Received record) {
        return record.value() == null ? 0 : record.value().length;
    }

    private void drainCommits() {
        for (Commit commit = commits.poll(); commit != null; commit = commits.poll()) {
            try {
                transact(commit);
                commit.done().success();
            } catch (ProducerFencedException e) {
                commit.done().error(e);
                throw e;
            } catch (KafkaException e) {
                commit.done().error(e);
                abort(e);
            }
        }
    }

    private void transact(Commit commit) {
        boolean ours = true;
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (Received record : commit.processed()) {
            ours &= release(record);
            offsets.merge(
                    new TopicPartition(record.topic(), record.partition()),
                    new OffsetAndMetadata(record.offset() + 1),
                    (a, b) -> a.offset() > b.offset() ? a : b);
        }
        if (!ours) {
            log.info("a partition of {} went elsewhere: its new owner does this work again", groupId);
            return;
        }
        producer.beginTransaction();
        try {
            // a send that fails makes the commit fail
            for (ProducerRecord<byte[], byte[]> output : commit.outputs()) {
                Future<RecordMetadata> unused = producer.send(output);
            }
            producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
            producer.commitTransaction();
        } catch (CommitFailedException e) {
            // a rebalance came between: the offsets are no longer ours
            producer.abortTransaction();
            log.info("group {} rebalanced during a commit: its work is done again", groupId);
        }
    }

    private void abort(KafkaException cause) {
        log.warn("a transaction of {} was aborted: {}", groupId, cause.toString());
        producer.abortTransaction();
        // what was handed out is received again by whoever comes next; this receiver cannot take it back
        throw cause;
    }

    private void closeClients() {
        try {
            producer.close(Duration.ofSeconds(3));
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(3)));
        }
    }

    /** Whether a record is still ours; it no longer counts as handed out. */
    private boolean release(Received record) {
        boolean ours = inFlight.remove(record);
        if (ours) {
            backlogBytes -= size(record);
        }
        return ours;
    }

    /** Work on partitions that go elsewhere is forgotten: whoever owns them next is handed the same records. */
    private final class Ownership implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            List.copyOf(inFlight).stream()
                    .filter(r -> partitions.contains(new TopicPartition(r.topic(), r.partition())))
                    .forEach(ExactlyOnceReceiver.this::release);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            log.debug("receiver {} owns {}", groupId, partitions);
        }
    }

    /** Takes the commits already asked for, then closes the clients; returns within 10 s. */
    @Override
    public void close() {
        closing = true;
        if (!started) {
            closeClients();
            return;
        }
        consumer.wakeup();
        try {
            if (!ended.await(10, TimeUnit.SECONDS)) {
                log.warn("receiver {} did not end within 10 s", groupId);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
