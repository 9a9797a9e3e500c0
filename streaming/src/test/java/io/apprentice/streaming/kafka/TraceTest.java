package io.apprentice.streaming.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** Without an SDK, as most people run it. */
class TraceTest {

    private static String traceparent(Headers headers) {
        return new String(headers.lastHeader("traceparent").value(), UTF_8);
    }

    @Test
    void begin_givesEachFrameATraceOfItsOwn() {
        String first = traceparent(Trace.begin("capture", Instant.now()));

        assertThat(first).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
        assertThat(traceparent(Trace.begin("capture", Instant.now()))).isNotEqualTo(first);
    }

    @Test
    void goOn_givenATrace_keepsItsId() {
        Headers frame = Trace.begin("capture", Instant.now());

        String pose = traceparent(Trace.goOn(frame, "estimate", Instant.now()));
        assertThat(pose.substring(0, 35)).isEqualTo(traceparent(frame).substring(0, 35));
    }

    @Test
    void goOn_givenNoTraceOrNonsense_addsNothing() {
        Headers nonsense = new RecordHeaders().add("traceparent", "00-xyz".getBytes(UTF_8));
        Headers empty = new RecordHeaders().add("traceparent", null);

        assertThat(Trace.goOn(new RecordHeaders(), "estimate", Instant.now()).toArray())
                .isEmpty();
        assertThat(Trace.goOn(nonsense, "estimate", Instant.now()).toArray()).isEmpty();
        assertThat(Trace.goOn(empty, "estimate", Instant.now()).toArray()).isEmpty();
    }
}
