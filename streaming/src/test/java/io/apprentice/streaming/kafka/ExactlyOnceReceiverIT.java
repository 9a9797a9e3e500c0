package io.apprentice.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
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

    @TempDir
    private static Path directory;

    private static EmbeddedBroker broker;

    private TopicSettings settings;
    private KafkaSettings kafka;
    private String in;
    private String out;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start(directory, 0);
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
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> outputs().size() > RECORDS / 8);
        ExactlyOnceReceiver second = new ExactlyOnceReceiver(kafka, "group", "second", List.of(in));
        Disposable secondWork = copy(second, 5);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> outputs().size() > RECORDS / 3);
        firstWork.dispose();
        first.close();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> outputs().size() >= RECORDS);
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
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> seen.size() >= 3);
            slow.cancel();
            assertThat(seen).hasSize(3);
        }
    }

    /** Batches that do not divide the number of records. */
    private Disposable copy(ExactlyOnceReceiver receiver, int batch) {
        return receiver.receive()
                .bufferTimeout(batch, Duration.ofMillis(50), true)
                .concatMap(records -> receiver.commit(
                        records,
                        records.stream()
                                .map(r -> new ProducerRecord<>(out, r.key(), r.value()))
                                .toList()))
                .subscribe(nothing -> {}, error -> {});
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
