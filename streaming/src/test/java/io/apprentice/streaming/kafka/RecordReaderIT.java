package io.apprentice.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.schemas.Topic;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

/** Reading without a group, from a broker that is stopped and started again on its folder before anything is read. */
class RecordReaderIT {

    private static final int RECORDS = 300;
    private static final Topics TOPICS = new Topics(new TopicSettings("reader-", 1, 1, true));
    private static final String FRAMES = TOPICS.name(Topic.FRAMES);

    @TempDir
    private static Path directory;

    private static EmbeddedBroker broker;
    private static KafkaSettings kafka;

    @BeforeAll
    static void writeAndStartAgain() throws Exception {
        broker = EmbeddedBroker.start(directory, 0);
        kafka = KafkaSettings.of(broker.bootstrapServers());
        TopicAdmin.ensure(kafka, TOPICS.settings(), List.of(Topic.FRAMES, Topic.POSES));
        try (PlainSender sender = new PlainSender(kafka)) {
            for (int i = 0; i < RECORDS; i++) {
                var unused = sender.send(record(FRAMES, "frame " + i));
            }
        }
        broker.close();
        broker = EmbeddedBroker.start(directory, 0);
        kafka = KafkaSettings.of(broker.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void readToEnd_givenLittleDemand_returnsAllInOrder() {
        try (RecordReader reader = new RecordReader(kafka)) {
            List<Long> offsets = reader.readToEnd(FRAMES)
                    .limitRate(7)
                    .map(Received::offset)
                    .collectList()
                    .block(Duration.ofSeconds(60));
            assertThat(offsets).hasSize(RECORDS).isSorted();
            StepVerifier.create(reader.readToEnd(TOPICS.name(Topic.POSES))).verifyComplete();
            StepVerifier.create(reader.readToEnd("nowhere")).verifyErrorMessage("topic nowhere: no such topic");
        }
    }

    @Test
    void fetch_returnsTheRecordAtEachOffsetUpAndDown() {
        try (RecordReader reader = new RecordReader(kafka)) {
            for (int offset : new int[] {0, 3, 4, 250, 10, 10, 299}) {
                assertThat(reader.fetch(FRAMES, 0, offset))
                        .hasValueSatisfying(r -> assertThat(text(r)).isEqualTo("frame " + offset));
            }
        }
    }

    @Test
    void fetch_ofADeletedRecord_returnsEmpty() throws Exception {
        String poses = TOPICS.name(Topic.POSES);
        try (PlainSender sender = new PlainSender(kafka);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
                RecordReader reader = new RecordReader(kafka)) {
            for (int i = 0; i < 5; i++) {
                sender.send(record(poses, "pose " + i)).get(30, TimeUnit.SECONDS);
            }
            admin.deleteRecords(Map.of(new TopicPartition(poses, 0), RecordsToDelete.beforeOffset(3)))
                    .all()
                    .get();
            assertThat(reader.fetch(poses, 0, 1)).isEmpty();
            assertThat(reader.fetch(poses, 0, 3)).isPresent();
        }
    }

    @Test
    void tail_fromTheEnd_returnsWhatIsWrittenLater() throws Exception {
        String dead = TOPICS.name(Topic.DEAD_LETTERS);
        TopicAdmin.ensure(kafka, TOPICS.settings(), List.of(Topic.DEAD_LETTERS));
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (PlainSender sender = new PlainSender(kafka);
                RecordReader reader = new RecordReader(kafka)) {
            sender.send(record(dead, "before")).get(30, TimeUnit.SECONDS);
            Disposable tail = reader.tail(List.of(dead), RecordReader.From.END)
                    .map(RecordReaderIT::text)
                    .subscribe(seen::add);
            String first = null;
            for (int i = 0; first == null && i < 100; i++) { // it is not told when the tail is there
                sender.send(record(dead, "after")).get(30, TimeUnit.SECONDS);
                first = seen.poll(200, TimeUnit.MILLISECONDS);
            }
            tail.dispose();
            assertThat(first).isEqualTo("after");
        }
    }

    @Test
    void start_onAPortInUse_namesIt(@TempDir Path other) throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            assertThatThrownBy(() -> EmbeddedBroker.start(other, taken.getLocalPort()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()));
        }
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String text) {
        return new ProducerRecord<>(topic, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Received record) {
        return new String(record.value(), StandardCharsets.UTF_8);
    }
}
