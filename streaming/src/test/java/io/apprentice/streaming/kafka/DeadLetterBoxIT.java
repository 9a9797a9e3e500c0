package io.apprentice.streaming.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.schemas.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLetterBoxIT {

    @TempDir
    private Path directory;

    @Test
    void resend_sendsTheOriginalToItsPlaceUnchanged() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            KafkaSettings kafka = KafkaSettings.of(broker.bootstrapServers());
            Topics topics = new Topics(new TopicSettings("box.", 4, 1, true));
            TopicAdmin.ensure(kafka, topics.settings(), List.of(Topic.FRAMES, Topic.DEAD_LETTERS));
            Received original = new Received(
                    topics.name(Topic.FRAMES),
                    3,
                    17,
                    0,
                    "left".getBytes(UTF_8),
                    new byte[] {1, 2, 3},
                    new RecordHeaders().add("topic", "of the sender".getBytes(UTF_8)));
            DeadLetters letters = new DeadLetters(topics, new SimpleMeterRegistry());
            try (PlainSender sender = new PlainSender(kafka)) {
                sender.send(letters.of(original, "teacher.decode", new IllegalStateException("no image")))
                        .join();
                sender.send(new ProducerRecord<>(topics.name(Topic.DEAD_LETTERS), new byte[] {9}))
                        .join();
            }

            try (DeadLetterBox box = new DeadLetterBox(kafka, topics);
                    RecordReader reader = new RecordReader(kafka)) {
                DeadLetterBox.Letter letter = box.all()
                        .filter(l -> l.header("stage").equals("teacher.decode"))
                        .blockFirst();
                assertThat(letter.origin()).isEqualTo("box.frames-3@17");
                assertThat(letter.header("error.message")).isEqualTo("no image");
                box.resend(box.at(letter.place())).join();

                assertThat(reader.readToEnd(topics.name(Topic.FRAMES))
                                .collectList()
                                .block())
                        .singleElement()
                        .satisfies(again -> {
                            assertThat(again.partition()).isEqualTo(3);
                            assertThat(again.key()).isEqualTo(original.key());
                            assertThat(again.value()).isEqualTo(original.value());
                            assertThat(again.headers()).isEqualTo(original.headers());
                            assertThat(again.timestamp()).isPositive();
                        });

                DeadLetterBox.Letter strange =
                        box.all().filter(l -> l.header("stage").isEmpty()).blockFirst();
                assertThatThrownBy(() -> box.resend(strange)).hasMessageContaining("does not say where it is from");
                assertThatThrownBy(() -> box.at("0@99")).hasMessageContaining("no letter at 0@99");
                assertThatThrownBy(() -> box.at("9@0")).hasMessageContaining("no letter at 9@0");
                assertThatThrownBy(() -> box.at("first")).hasMessageContaining("expected PARTITION@OFFSET");
            }
        }
    }
}
