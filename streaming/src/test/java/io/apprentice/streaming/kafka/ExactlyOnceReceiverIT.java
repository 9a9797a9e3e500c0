package io.apprentice.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;

/** What the receiver's name promises, against a real broker. */
class ExactlyOnceReceiverIT {

    private static final int RECORDS = 400;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private static Path directory;

    private static EmbeddedBroker broker;

    private TopicSettings settings;
    private KafkaSettings kafka;
    private String in;
    private String out;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start(
                directory, 0, Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500"));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @BeforeEach
    void topics() throws InterruptedException {
        kafka = KafkaSettings.of(broker.bootstrapServers());
        settings = new TopicSettings("t" + UUID.randomUUID() + "-", 4, 1, true);
        TopicAdmin.ensure(kafka, settings, List.of(Topic.FRAMES, Topic.POSES));
        in = new Topics(settings).name(Topic.FRAMES);
        out = new Topics(settings).name(Topic.POSES);
    }

    @Test
    void receive_whenMembersComeAndGo_eachOutputIsThereOnce() {
        send(RECORDS);
        ExactlyOnceReceiver first = new ExactlyOnceReceiver(kafka, "group", "first", List.of(in));
        Disposable firstWork = copy(first, 7);
        Awaitility.await().atMost(PATIENCE).until(() -> outputs().size() > RECORDS / 8);
        ExactlyOnceReceiver second = new ExactlyOnceReceiver(kafka, "group", "second", List.of(in));
        Disposable secondWork = copy(second, 5);
        Awaitility.await().atMost(PATIENCE).until(() -> outputs().size() > RECORDS / 3);
        firstWork.dispose();
        first.close();
        Awaitility.await().atMost(PATIENCE).until(() -> outputs().size() >= RECORDS);
        secondWork.dispose();
        second.close();
        assertThat(outputs()).hasSize(RECORDS);
        assertThat(new TreeSet<>(outputs())).hasSize(RECORDS);
    }

    @Test
    void receive_givenDemandForThree_handsOutThree() {
        send(200);
        try (ExactlyOnceReceiver receiver = new ExactlyOnceReceiver(kafka, "group", "slow", List.of(in))) {
            List<Received> seen = Collections.synchronizedList(new ArrayList<>());
            BaseSubscriber<Received> slow = new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    subscription.request(3);
                }

                @Override
                protected void hookOnNext(Received record) {
                    seen.add(record);
                }
            };
            receiver.receive().subscribe(slow);
            Awaitility.await().atMost(PATIENCE).until(() -> seen.size() >= 3);
            slow.cancel();
            assertThat(seen).hasSize(3);
        }
    }

    @Test
    void receive_whenANewerReceiverHasTheSameId_endsAndLeavesTheRestToIt() {
        send(40);
        ExactlyOnceReceiver old = new ExactlyOnceReceiver(kafka, "fenced", "same", List.of(in));
        CompletableFuture<Void> oldEnd = old.receive()
                .bufferTimeout(7, Duration.ofMillis(50), true)
                .concatMap(records -> old.commit(records, copies(records)))
                .then()
                .toFuture();
        Awaitility.await().atMost(PATIENCE).until(() -> outputs().size() == 40);
        try (ExactlyOnceReceiver newer = new ExactlyOnceReceiver(kafka, "fenced", "same", List.of(in))) {
            Disposable work = copy(newer, 5);
            send(40);
            assertThatThrownBy(() -> oldEnd.get(60, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(ProducerFencedException.class);
            Awaitility.await().atMost(PATIENCE).until(() -> outputs().size() >= 80);
            work.dispose();
        }
        old.close();
        assertThat(outputs()).hasSize(80);
    }

    /** A frozen broker or process takes longer than the transaction may; the producer is of no use then. */
    @Test
    void commit_whenTheBrokerGaveTheTransactionUp_isRepeatedByANewProducer() {
        send(40);
        Map<String, String> properties = new TreeMap<>(kafka.properties());
        properties.put("transaction.timeout.ms", "1000");
        properties.put("interceptor.classes", SlowOnce.class.getName());
        SlowOnce.MILLIS.set(4000);
        try (ExactlyOnceReceiver receiver =
                new ExactlyOnceReceiver(new KafkaSettings(properties), "slow", "slow", List.of(in))) {
            Disposable work = copy(receiver, 7);
            Awaitility.await().atMost(PATIENCE).until(() -> outputs().size() >= 40);
            work.dispose();
        }
        assertThat(SlowOnce.MILLIS).hasValue(0);
        assertThat(outputs()).hasSize(40);
        assertThat(new TreeSet<>(outputs())).hasSize(40);
    }

    /**
     * Holds a producer's network thread once, after the first records are written and before the transaction ends. Settings
     * are those of producer and consumer, so it is an interceptor of both.
     */
    public static final class SlowOnce
            implements ProducerInterceptor<byte[], byte[]>, ConsumerInterceptor<byte[], byte[]> {
        private static final AtomicLong MILLIS = new AtomicLong();

        @Override
        public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
            return record;
        }

        @Override
        public void onAcknowledgement(RecordMetadata metadata, Exception exception) {
            try {
                Thread.sleep(MILLIS.getAndSet(0));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
            return records;
        }

        @Override
        public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

        @Override
        public void close() {}

        @Override
        public void configure(Map<String, ?> configuration) {}
    }

    @Test
    void commit_ofATooLargeRecord_failsAndEndsTheReceiver() {
        send(1);
        try (ExactlyOnceReceiver receiver = new ExactlyOnceReceiver(kafka, "large", "large", List.of(in))) {
            ProducerRecord<byte[], byte[]> tooLarge = new ProducerRecord<>(out, new byte[18 << 20]);
            assertThatThrownBy(() -> receiver.receive()
                            .concatMap(record -> receiver.commit(List.of(record), List.of(tooLarge)))
                            .blockLast(PATIENCE))
                    .isInstanceOf(RecordTooLargeException.class);
        }
        assertThat(outputs()).isEmpty();
    }

    /** Batches that do not divide the number of records. */
    private Disposable copy(ExactlyOnceReceiver receiver, int batch) {
        return receiver.receive()
                .bufferTimeout(batch, Duration.ofMillis(50), true)
                .concatMap(records -> receiver.commit(records, copies(records)))
                .subscribe(nothing -> {}, error -> {});
    }

    private List<ProducerRecord<byte[], byte[]>> copies(List<Received> records) {
        return records.stream()
                .map(r -> new ProducerRecord<>(out, r.key(), r.value()))
                .toList();
    }

    private void send(int count) {
        try (PlainSender sender = new PlainSender(kafka)) {
            List<CompletableFuture<?>> sent = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                byte[] key = ("camera" + i % 9).getBytes(StandardCharsets.UTF_8);
                sent.add(sender.send(
                        new ProducerRecord<>(in, key, Integer.toString(i).getBytes(StandardCharsets.UTF_8))));
            }
            sent.forEach(CompletableFuture::join);
        }
    }

    private List<String> outputs() {
        try (RecordReader reader = new RecordReader(kafka)) {
            return reader.readToEnd(out)
                    .map(r -> new String(r.value(), StandardCharsets.UTF_8))
                    .collectList()
                    .block();
        }
    }
}
