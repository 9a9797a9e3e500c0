package io.apprentice.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class DeadLettersTest {

    @Test
    void of_keepsTheBytesAndSaysWhy() {
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        DeadLetters deadLetters = new DeadLetters(new Topics(new TopicSettings("my-", 1, 1, true)), metrics);
        byte[] key = {1};
        byte[] value = {2, 3};
        Received broken =
                new Received("frames", 3, 42, 0, key, value, new RecordHeaders().add("traceparent", new byte[] {9}));
        ProducerRecord<byte[], byte[]> letter = deadLetters.of(broken, "teacher.decode", new IOException("no JPEG"));
        assertThat(letter.topic()).isEqualTo("my-dead-letters");
        assertThat(letter.key()).isSameAs(key);
        assertThat(letter.value()).isSameAs(value);
        assertThat(header(letter, "topic")).isEqualTo("frames");
        assertThat(header(letter, "partition")).isEqualTo("3");
        assertThat(header(letter, "offset")).isEqualTo("42");
        assertThat(header(letter, "stage")).isEqualTo("teacher.decode");
        assertThat(header(letter, "error.class")).isEqualTo("java.io.IOException");
        assertThat(header(letter, "error.message")).isEqualTo("no JPEG");
        assertThat(letter.headers().lastHeader("time")).isNotNull();
        assertThat(letter.headers().lastHeader("traceparent").value()).containsExactly(9);
        assertThat(metrics.get(DeadLetters.COUNTER)
                        .tags("stage", "teacher.decode", "error", "IOException")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    private static String header(ProducerRecord<byte[], byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
