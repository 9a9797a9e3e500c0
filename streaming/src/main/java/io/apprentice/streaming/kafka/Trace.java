package io.apprentice.streaming.kafka;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The trace of a frame, from record to record: the header {@code traceparent} of W3C Trace Context.
 *
 * <p>Each frame has a trace of its own, and what comes of it has the same trace id. Where an OpenTelemetry SDK is there (an
 * agent, say), each step is a span; without one, the ids are still passed on, marked as not sampled.
 */
public final class Trace {

    private static final String TRACER = "io.apprentice";
    private static final W3CTraceContextPropagator FORMAT = W3CTraceContextPropagator.getInstance();
    private static final TextMapGetter<Headers> READ = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Headers headers) {
            List<String> keys = new ArrayList<>();
            headers.forEach(header -> keys.add(header.key()));
            return keys;
        }

        @Override
        public String get(Headers headers, String key) {
            Header header = headers == null ? null : headers.lastHeader(key);
            return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
        }
    };

    private Trace() {}

    /**
     * Begins the trace of a frame.
     *
     * @param step its name
     * @param since when it began
     * @return headers for the frame's record
     */
    public static Headers begin(String step, Instant since) {
        Span span = span(step, since).setNoParent().startSpan();
        Span valid = span.getSpanContext().isValid() ? span : Span.wrap(fresh());
        Headers headers = headers(valid);
        span.end();
        return headers;
    }

    private static SpanContext fresh() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return SpanContext.create(
                TraceId.fromLongs(random.nextLong(), random.nextLong()),
                SpanId.fromLong(random.nextLong()),
                TraceFlags.getDefault(),
                TraceState.getDefault());
    }

    /**
     * Goes on with the trace of a record.
     *
     * @param from the record's headers
     * @param step what is done with it
     * @param since when that began
     * @return headers for what comes of it; none if the record has no trace
     */
    public static Headers goOn(Headers from, String step, Instant since) {
        Context parent = FORMAT.extract(Context.root(), from, READ);
        if (!Span.fromContext(parent).getSpanContext().isValid()) {
            return new RecordHeaders();
        }
        Span span = span(step, since).setParent(parent).startSpan();
        Headers headers = headers(span);
        span.end();
        return headers;
    }

    private static SpanBuilder span(String step, Instant since) {
        return GlobalOpenTelemetry.getTracer(TRACER).spanBuilder(step).setStartTimestamp(since);
    }

    private static Headers headers(Span span) {
        Headers headers = new RecordHeaders();
        FORMAT.inject(
                Context.root().with(span),
                headers,
                (to, key, value) -> to.add(key, value.getBytes(StandardCharsets.UTF_8)));
        return headers;
    }
}
