package io.apprentice.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apprentice.console.http.Refusal;
import io.apprentice.schemas.Directive;
import io.apprentice.schemas.DirectiveKind;
import io.apprentice.schemas.Topic;
import io.apprentice.schemas.TrainingEvent;
import io.apprentice.schemas.TrainingEventKind;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.kafka.PlainSender;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.wire.DirectiveKey;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * What people ask of the services. Each request becomes a directive, and an event that says who asked for what; one
 * that is refused becomes an event only. Blocking.
 */
final class Requests implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST = 200;
    private static final int LARGEST_STRIDE = 100_000;
    private static final int MOST_A_MINUTE = 30;
    private static final long MINUTE_MILLIS = 60_000;

    private final ServiceContext context;
    private final Overview overview;
    private final Versions versions;
    private final AvroCodec<Directive> directives;
    private final AvroCodec<TrainingEvent> events;
    private final PlainSender sender;
    private long minute;
    private int inMinute;

    Requests(ServiceContext context, Overview overview, Versions versions) {
        this.context = context;
        this.overview = overview;
        this.versions = versions;
        directives = context.codecs().codec(Topic.DIRECTIVES, Directive.class);
        events = context.codecs().codec(Topic.TRAINING_EVENTS, TrainingEvent.class);
        sender = new PlainSender(context.kafka());
    }

    /**
     * Sends a request on.
     *
     * @param body JSON: {@code kind} (PIN, PAUSE, STRIDE), {@code student} or {@code camera}, {@code version} or {@code
     *     stride}, {@code remove} (true: what was asked for holds no longer), {@code by}, {@code reason}
     * @throws Refusal if it is not understood, not possible, or the broker does not take it
     */
    ObjectNode take(byte[] body) {
        if (!mayAsk()) {
            throw new Refusal(
                    HttpResponseStatus.TOO_MANY_REQUESTS, "expected at most %d a minute".formatted(MOST_A_MINUTE));
        }
        try {
            return act(body);
        } catch (Refusal refusal) {
            if (!refusal.status().equals(HttpResponseStatus.SERVICE_UNAVAILABLE)) {
                send(List.of(event(TrainingEventKind.REFUSED, "", "", refusal.getMessage())));
            }
            throw refusal;
        }
    }

    private synchronized boolean mayAsk() {
        long now = System.currentTimeMillis() / MINUTE_MILLIS;
        inMinute = now == minute ? inMinute + 1 : 1;
        minute = now;
        return inMinute <= MOST_A_MINUTE;
    }

    private ObjectNode act(byte[] body) {
        JsonNode json = parse(body);
        DirectiveKind kind = kind(json);
        String by = text(json, "by");
        if (by.isBlank()) {
            throw bad("by: expected the name of who asks, got nothing");
        }
        boolean remove = json.path("remove").asBoolean(false);
        String reason = text(json, "reason");
        String subject = text(json, kind == DirectiveKind.STRIDE ? "camera" : "student");
        if (subject.isBlank()) {
            throw bad(
                    "%s: expected a name, got nothing".formatted(kind == DirectiveKind.STRIDE ? "camera" : "student"));
        }
        Directive directive = new Directive(
                kind == DirectiveKind.STRIDE ? subject : "",
                kind == DirectiveKind.STRIDE && !remove ? stride(json, subject) : 0,
                kind == DirectiveKind.STRIDE ? "" : subject,
                now(),
                reason,
                kind,
                kind == DirectiveKind.PIN && !remove ? version(json, subject) : null,
                by);
        String what = words(directive, remove) + (reason.isBlank() ? "" : ": " + reason);
        byte[] key = DirectiveKey.ofPerson(kind, subject).bytes();
        send(List.of(
                new ProducerRecord<>(
                        context.topics().name(Topic.DIRECTIVES), key, remove ? null : directives.encode(directive)),
                event(TrainingEventKind.DIRECTED, by, directive.getStudentId(), what)));
        return JsonNodeFactory.instance.objectNode().put("done", what);
    }

    private static JsonNode parse(byte[] body) {
        try {
            JsonNode json = JSON.readTree(body);
            if (json != null && json.isObject()) {
                return json;
            }
        } catch (IOException e) {
            // said below
        }
        throw bad("expected a JSON object");
    }

    private static DirectiveKind kind(JsonNode json) {
        String kind = text(json, "kind");
        return Arrays.stream(DirectiveKind.values())
                .filter(k -> k != DirectiveKind.UNKNOWN && k.name().equals(kind))
                .findFirst()
                .orElseThrow(() -> bad("kind: expected PIN, PAUSE or STRIDE, got '%s'".formatted(kind)));
    }

    private static String text(JsonNode json, String name) {
        JsonNode value = json.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isTextual() || value.asText().length() > LONGEST) {
            throw bad("%s: expected a text of at most %d characters".formatted(name, LONGEST));
        }
        return value.asText();
    }

    private int stride(JsonNode json, String camera) {
        if (!overview.knows(camera)) {
            throw new Refusal(HttpResponseStatus.NOT_FOUND, "camera '%s': no picture of it has come".formatted(camera));
        }
        JsonNode stride = json.path("stride");
        if (!stride.isInt() || stride.asInt() < 1 || stride.asInt() > LARGEST_STRIDE) {
            throw bad("stride: expected 1 to %d, got %s".formatted(LARGEST_STRIDE, stride));
        }
        return stride.asInt();
    }

    private Long version(JsonNode json, String student) {
        JsonNode version = json.path("version");
        if (!version.isIntegralNumber() || version.asLong() < 0) {
            throw bad("version: expected a number of 0 or more, got %s".formatted(version));
        }
        if (!versions.isKept(student, version.asLong())) {
            throw new Refusal(
                    HttpResponseStatus.NOT_FOUND,
                    "student '%s' version %d: its topic has no such version".formatted(student, version.asLong()));
        }
        return version.asLong();
    }

    private static String words(Directive d, boolean remove) {
        return switch (d.getKind()) {
            case PIN ->
                remove
                        ? "student '%s': the newest version is used again".formatted(d.getStudentId())
                        : "student '%s': version %d is used and kept".formatted(d.getStudentId(), d.getVersion());
            case PAUSE ->
                remove
                        ? "student '%s': the training goes on".formatted(d.getStudentId())
                        : "student '%s': the training rests".formatted(d.getStudentId());
            case STRIDE ->
                remove
                        ? "camera '%s': the teacher's stride is as before".formatted(d.getCameraId())
                        : "camera '%s': the teacher labels 1 of %d pictures".formatted(d.getCameraId(), d.getStride());
            case UNKNOWN -> throw new IllegalStateException("refused before");
        };
    }

    private ProducerRecord<byte[], byte[]> event(TrainingEventKind kind, String by, String student, String reason) {
        TrainingEvent event =
                new TrainingEvent(student, now(), kind, overview.version(), 0L, 0L, null, Map.of(), reason, by);
        return new ProducerRecord<>(
                context.topics().name(Topic.TRAINING_EVENTS),
                student.getBytes(StandardCharsets.UTF_8),
                events.encode(event));
    }

    private void send(List<ProducerRecord<byte[], byte[]>> records) {
        try {
            records.stream().map(sender::send).toList().forEach(sent -> sent.join());
        } catch (CompletionException | KafkaException e) {
            throw new Refusal(
                    HttpResponseStatus.SERVICE_UNAVAILABLE, "the broker did not take it: %s".formatted(e.getMessage()));
        }
    }

    private static Refusal bad(String detail) {
        return new Refusal(HttpResponseStatus.BAD_REQUEST, detail);
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS);
    }

    @Override
    public void close() {
        sender.close();
    }
}
