package io.apprentice.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apprentice.schemas.Directive;
import io.apprentice.schemas.DirectiveKind;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.LongLost;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.StudentManifest;
import io.apprentice.schemas.StudentModel;
import io.apprentice.schemas.Topic;
import io.apprentice.schemas.TrainingLineage;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** The console against a real broker and registry, asked as a browser would. */
class ConsoleServiceIT extends RunningConsole {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A frame with the student's answer and the teacher's label. */
    private void sendFrame(long sequence) {
        send(
                Topic.FRAMES,
                "left",
                context.codecs().codec(Topic.FRAMES, Frame.class).encode(Samples.frame("left", sequence, 500)));
        sendPose(Samples.pose("left", sequence, PoseStatus.ESTIMATED));
        send(
                Topic.LOCAL_PREDICTIONS,
                "left",
                context.codecs()
                        .codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class)
                        .encode(Samples.label("left", sequence)));
    }

    private void sendPose(PoseEstimate pose) {
        send(
                Topic.POSES,
                "left",
                context.codecs().codec(Topic.POSES, PoseEstimate.class).encode(pose));
    }

    private HttpResponse<String> ask(String json) throws Exception {
        return send(request("api/directives")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private JsonNode state() throws Exception {
        return JSON.readTree(send(request("api/state")).body());
    }

    private void awaitCursorAfter(long cursor) {
        await().atMost(PATIENCE)
                .until(() -> send(request("api/pictures?after=" + cursor)).statusCode() == 200);
    }

    @Test
    void page_isServedWithItsFilesAndAStrictPolicy() throws Exception {
        for (String file : List.of("", "main.js", "uplot/uPlot.js", "uplot/LICENSE", "console.css")) {
            HttpResponse<String> answer = send(request(file));
            assertThat(answer.statusCode()).as(file).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                    .startsWith("default-src 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
        }
        HttpResponse<String> missing = send(request("../etc/passwd"));
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(send(request("api/pictures?camera=nowhere")).body()).contains("camera 'nowhere'");
        assertThat(send(request("api/state").header("Origin", "https://evil.example"))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void pictures_afterTheBrokerCameBack_goOnWithoutANewPage() throws Exception {
        sendFrame(0);
        awaitCursorAfter(0);
        stopBroker();
        assertThat(send(request("api/state")).statusCode()).isEqualTo(200);
        startBroker();
        HttpResponse<String> seen = send(request("api/pictures?after=0"));
        long cursor = Long.parseLong(seen.headers().firstValue("Cursor").orElseThrow());
        sendFrame(1);
        awaitCursorAfter(cursor);
        assertThat(state().at("/cameras/0/frames").asInt()).isEqualTo(2);
    }

    @Test
    void lost_isSaidWithItsReasonUntilTheObjectIsFound() throws Exception {
        PoseEstimate lost = Samples.pose("left", 0, PoseStatus.LOST);
        lost.setLongLost(new LongLost(Instant.EPOCH, "nothing looks like it", List.of("searched: all of it")));
        sendPose(lost);
        sendPose(Samples.pose("left", 1, PoseStatus.LOST)); // it was not searched for in each frame
        await().atMost(PATIENCE)
                .until(() -> state().at("/cameras/0/lastHalfMinute/lost").asInt() == 2);
        assertThat(state().at("/cameras/0/lost")).singleElement().satisfies(why -> {
            assertThat(why.get("object").asText()).isEqualTo("parcel");
            assertThat(why.get("by").asText()).isEqualTo("student");
            assertThat(why.get("since").asLong()).isZero();
            assertThat(why.get("looks").asText()).isEqualTo("nothing looks like it");
            assertThat(why.at("/advice/0").asText()).isEqualTo("searched: all of it");
        });

        sendPose(Samples.pose("left", 2, PoseStatus.ESTIMATED));
        await().atMost(PATIENCE).until(() -> state().at("/cameras/0/lost").isEmpty());
    }

    @Test
    void directives_givenGoodAndBadRequests_areSentOrRefusedAndBothRecorded() throws Exception {
        StudentManifest manifest = new StudentManifest(
                "tiny",
                List.of(),
                "",
                0L,
                Instant.EPOCH,
                null,
                new TrainingLineage("", 1L, 7L, 0L, 5L, Map.of()),
                Map.of(),
                null,
                null);
        StudentModel model = new StudentModel("student", 3L, 0, 1, manifest, ByteBuffer.allocate(1));
        send(
                Topic.STUDENT_MODELS,
                "student/3/0",
                context.codecs().codec(Topic.STUDENT_MODELS, StudentModel.class).encode(model));
        await().atMost(PATIENCE).until(() -> state().at("/versions/0/version").asInt() == 3);

        assertThat(
                        ask("{\"kind\":\"PIN\",\"student\":\"student\",\"version\":3,\"by\":\"ada\",\"reason\":\"it was good\"}")
                                .body())
                .contains("version 3 is used and kept");
        HttpResponse<String> absent = ask("{\"kind\":\"PIN\",\"student\":\"student\",\"version\":4,\"by\":\"ada\"}");
        assertThat(absent.statusCode()).isEqualTo(404);
        assertThat(absent.body()).contains("version 4");
        assertThat(ask("{\"kind\":\"EXPLODE\",\"by\":\"ada\"}").statusCode()).isEqualTo(400);
        assertThat(ask("{\"kind\":\"PAUSE\",\"student\":\"student\"}").body()).contains("by: expected the name");
        assertThat(ask("x".repeat(5_000)).statusCode()).isEqualTo(413);
        assertThat(send(request("api/directives").POST(HttpRequest.BodyPublishers.ofString("kind=PIN")))
                        .statusCode())
                .isEqualTo(415);

        try (RecordReader reader = new RecordReader(context.kafka())) {
            List<Received> sent = reader.readToEnd(topics.name(Topic.DIRECTIVES))
                    .collectList()
                    .block();
            assertThat(sent).singleElement().satisfies(record -> {
                assertThat(new String(record.key(), UTF_8)).isEqualTo("pin/student");
                Directive directive = context.codecs()
                        .codec(Topic.DIRECTIVES, Directive.class)
                        .decode(record.value());
                assertThat(directive.getKind()).isEqualTo(DirectiveKind.PIN);
                assertThat(directive.getVersion()).isEqualTo(3);
                assertThat(directive.getBy()).isEqualTo("ada");
            });
        }
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode state = state();
            assertThat(state.get("directives")).hasSize(1);
            assertThat(state.get("events").findValuesAsText("kind"))
                    .containsExactly("REFUSED", "REFUSED", "REFUSED", "DIRECTED");
            assertThat(state.at("/events/3/by").asText()).isEqualTo("ada");
            assertThat(state.at("/events/3/reason").asText()).contains("it was good");
        });
    }

    @Test
    void deadLetters_areShownWithHeadersAndAPreview() throws Exception {
        ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(
                topics.name(Topic.DEAD_LETTERS), "left".getBytes(UTF_8), "no\u0000frame".getBytes(UTF_8));
        letter.headers().add("stage", "inference.decode".getBytes(UTF_8));
        sender.send(letter).join();
        await().atMost(PATIENCE).until(() -> state().get("deadLetters").asInt() == 1);
        JsonNode newest =
                JSON.readTree(send(request("api/dead-letters")).body()).at("/newest/0");
        assertThat(newest.at("/headers/stage").asText()).isEqualTo("inference.decode");
        assertThat(newest.get("text").asText()).isEqualTo("no·frame");
        assertThat(newest.get("hex").asText()).startsWith("6e 6f 00");
    }
}
