package io.apprentice.streaming.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Processes records exactly once: outputs and input offsets are committed in one transaction. If the process ends, or a
 * partition moves to another member of the group, uncommitted records are received again there, and none of their
 * outputs is ever visible to a read_committed reader.
 *
 * <p>One thread owns the consumer and the producer. It also emits the signals, so work belongs on another thread
 * ({@code publishOn}), especially work that waits for a commit. The consumer is paused while there is no demand, or
 * while 64 MB are emitted and not yet committed, so memory is bounded. Commits are done in the order of the calls.
 *
 * <p>Records of one partition come in order. After a partition moved to another member, this member emits all its
 * uncommitted records again, from the first one of each partition; commits of the earlier copies are dropped. To keep
 * old and new copies apart, nothing is emitted until the old ones have come back in commits, or no commit was requested
 * for two seconds.
 */
public final class ExactlyOnceReceiver implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ExactlyOnceReceiver.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long LARGEST_BACKLOG = 64L << 20;
    private static final int RECORDS_PER_POLL = 16;
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final long FINISH_SECONDS = 7;

    private final List<String> topics;
    private final String groupId;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Transactions transactions;
    private final Queue<Commit> commits = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean closing;
    private volatile boolean waitsForDemand;
    private volatile Thread thread;
    private volatile Throwable failure;

    // used by the receiver's thread only
    private final InFlight inFlight = new InFlight();
    private boolean lostPartitions;
    private long lastCommitNanos = System.nanoTime();
    private long retryNanos = System.nanoTime();

    private record Commit(
            List<Received> processed,
            List<ProducerRecord<byte[], byte[]>> outputs,
            long askedNanos,
            MonoSink<Void> done) {}

    /**
     * Creates the clients; nothing is read before {@link #receive()} is subscribed to.
     *
     * @param groupId consumer group
     * @param transactionalId unique among the receivers that run at the same time; a newer receiver with the same id
     *     fences the older
     * @param topics full names
     */
    public ExactlyOnceReceiver(KafkaSettings kafka, String groupId, String transactionalId, List<String> topics) {
        this.topics = List.copyOf(topics);
        this.groupId = groupId;
        Map<String, String> defaults = new TreeMap<>();
        if (!"consumer".equalsIgnoreCase(kafka.properties().get("group.protocol"))) {
            // the newer protocol takes both from the broker
            defaults.put("partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
            defaults.put("session.timeout.ms", "10000");
        }
        transactions = new Transactions(kafka, transactionalId);
        consumer = Clients.consumer(
                kafka,
                defaults,
                Map.of(
                        "group.id",
                        groupId,
                        "auto.offset.reset",
                        "earliest",
                        "max.poll.records",
                        Integer.toString(RECORDS_PER_POLL)));
    }

    /**
     * The records from the group's committed offsets on; can be subscribed to once. Waits for the broker, and logs that
     * it waits. Ends with Kafka's error if a retry cannot help: {@code ProducerFencedException} if there is a newer
     * receiver with the same transactional id.
     */
    public Flux<Received> receive() {
        return Flux.create(
                sink -> {
                    if (!started.compareAndSet(false, true)) {
                        sink.error(new IllegalStateException("already subscribed to"));
                        return;
                    }
                    sink.onRequest(demand -> {
                        if (waitsForDemand) {
                            consumer.wakeup();
                        }
                    });
                    thread = new Thread(() -> run(sink), "receiver-" + groupId);
                    thread.setDaemon(true);
                    thread.start();
                },
                FluxSink.OverflowStrategy.BUFFER);
    }

    /**
     * Commits outputs and progress together; completes when both are on the broker. Retries transient faults for five
     * minutes.
     *
     * @param processed received records that are done, which includes all earlier ones of their partitions; if empty,
     *     only outputs are sent
     * @param outputs records to send
     * @return fails with the error that ends {@link #receive()}; completes without effect if {@code processed} has
     *     outdated records, or if the broker gave the transaction up; these records are emitted again
     */
    public Mono<Void> commit(Collection<Received> processed, List<ProducerRecord<byte[], byte[]>> outputs) {
        return Mono.create(done -> {
            Commit commit = new Commit(List.copyOf(processed), List.copyOf(outputs), System.nanoTime(), done);
            commits.add(commit);
            consumer.wakeup();
            if (ended.getCount() == 0 && commits.remove(commit)) {
                done.error(whyEnded());
            }
        });
    }

    private void run(FluxSink<Received> sink) {
        try {
            transactions.open(() -> closing);
            consumer.subscribe(topics, new Ownership());
            while (!(closing && commits.isEmpty())) {
                takeCommits();
                handOut(sink);
            }
        } catch (Throwable e) { // every kind is signalled below
            failure = e;
            log.error("receiver {} ends: {}", groupId, e.toString());
        }
        closeClients();
        ended.countDown();
        for (Commit left = commits.poll(); left != null; left = commits.poll()) {
            left.done().error(whyEnded());
        }
        if (failure == null) {
            sink.complete();
        } else {
            sink.error(failure);
        }
    }

    private Throwable whyEnded() {
        return failure == null ? new IllegalStateException("receiver %s is closed".formatted(groupId)) : failure;
    }

    private void handOut(FluxSink<Received> sink) {
        boolean wanted = !closing
                && sink.requestedFromDownstream() > 0
                && inFlight.bytes() < LARGEST_BACKLOG
                && !isDraining()
                && !sink.isCancelled();
        waitsForDemand = !wanted;
        if (wanted) {
            consumer.resume(consumer.paused());
        } else {
            consumer.pause(consumer.assignment());
        }
        ConsumerRecords<byte[], byte[]> records;
        try {
            records = consumer.poll(POLL);
        } catch (WakeupException demandOrCommit) {
            return;
        } finally {
            waitsForDemand = false;
        }
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Received received = Received.of(record);
            inFlight.add(received);
            if (!lostPartitions) {
                sink.next(received);
            }
        }
    }

    private boolean isDraining() {
        if (inFlight.isDraining() && System.nanoTime() - lastCommitNanos > DRAIN_NANOS) {
            inFlight.stopDraining();
        }
        return inFlight.isDraining();
    }

    /** Processes waiting commits; one that must be retried stays first in the queue. */
    private void takeCommits() {
        if (lostPartitions) {
            restart();
        }
        for (Commit next = commits.peek(); next != null; next = commits.peek()) {
            if (System.nanoTime() < retryNanos || !take(next)) {
                return;
            }
            commits.remove();
            lastCommitNanos = System.nanoTime();
            inFlight.returned(next.processed());
            next.done().success();
        }
    }

    /** Whether this commit is settled: done, or dropped. */
    private boolean take(Commit commit) {
        if (!commit.processed().stream().allMatch(inFlight::isValid)) {
            if (commit.processed().stream().anyMatch(inFlight::isValid)) {
                restart(); // its valid records are emitted again
            }
            log.info(
                    "receiver {}: {} records are processed again",
                    groupId,
                    commit.processed().size());
            return true;
        }
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (Received record : commit.processed()) {
            offsets.merge(
                    InFlight.partition(record),
                    new OffsetAndMetadata(record.offset() + 1),
                    (a, b) -> a.offset() > b.offset() ? a : b);
        }
        switch (transactions.commit(commit.outputs(), offsets, consumer.groupMetadata())) {
            case COMMITTED -> {
                inFlight.committed(offsets);
                return true;
            }
            case REBALANCED -> log.debug("receiver {}: the group rebalances, the commit waits", groupId);
            case ABORTED -> retryNanos = System.nanoTime() + RETRY_NANOS;
            case UNUSABLE -> {
                transactions.reopen(() -> closing);
                if (commit.processed().isEmpty()) {
                    throw new KafkaException(
                            "receiver %s: whether a transaction without offsets was committed is not known"
                                    .formatted(groupId));
                }
                goBack();
                return true;
            }
        }
        if (System.nanoTime() - commit.askedNanos() > PATIENCE_NANOS) {
            throw new TimeoutException("receiver %s: a commit did not succeed within %d minutes"
                    .formatted(groupId, TimeUnit.NANOSECONDS.toMinutes(PATIENCE_NANOS)));
        }
        return false;
    }

    /** Reads and emits again all emitted records after the offsets that the broker has, whatever became of the last commit. */
    private void goBack() {
        lastCommitNanos = System.nanoTime();
        Map<TopicPartition, Long> first = inFlight.restart();
        Map<TopicPartition, OffsetAndMetadata> committed = committed(first.keySet());
        first.forEach((partition, offset) -> {
            OffsetAndMetadata known = committed.get(partition);
            consumer.seek(partition, known == null ? offset : Math.max(offset, known.offset()));
        });
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
        while (true) {
            try {
                return consumer.committed(partitions, Duration.ofNanos(PATIENCE_NANOS));
            } catch (WakeupException demandOrCommit) {
                log.debug("receiver {}: woken while it asks for its offsets", groupId);
            }
        }
    }

    /** Reads and emits again all emitted records of partitions that are still ours. */
    private void restart() {
        lostPartitions = false;
        lastCommitNanos = System.nanoTime();
        inFlight.restart().forEach(consumer::seek);
    }

    /** Forgets work on partitions that move elsewhere; their next owner receives the same records. */
    private final class Ownership implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            lostPartitions |= inFlight.lost(partitions);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            log.debug("receiver {} is given {}", groupId, partitions);
        }
    }

    private void closeClients() {
        boolean interrupted = Thread.interrupted(); // otherwise the clients cannot leave the group properly
        try (transactions) {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
        } catch (KafkaException e) {
            log.warn("receiver {} closes: {}", groupId, e.toString());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many records of the topics are still to be fetched, as far as known. */
    public double lag() {
        return topics.stream()
                .mapToDouble(topic -> ConsumerLag.of(consumer.metrics(), topic))
                .sum();
    }

    /** Processes the commits already requested, then closes the clients; returns within 10 s. */
    @Override
    public void close() {
        closing = true;
        if (started.compareAndSet(false, true)) {
            closeClients();
            ended.countDown();
            return;
        }
        consumer.wakeup();
        try {
            if (Thread.currentThread() != thread && !ended.await(FINISH_SECONDS, TimeUnit.SECONDS)) {
                log.warn("receiver {} is interrupted: it did not end within {} s", groupId, FINISH_SECONDS);
                thread.interrupt();
                if (!ended.await(2, TimeUnit.SECONDS)) {
                    log.warn("receiver {} did not end and is abandoned", groupId);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
