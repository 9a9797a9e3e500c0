package io.apprentice.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.Topic;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The document of the interface says what the console really answers. */
class OpenApiIT extends RunningConsole {

    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonNode document() throws Exception {
        return JSON.readTree(send(request("api/openapi.json")).body());
    }

    /** What is wrong with a value. */
    private static List<String> faults(JsonNode document, JsonNode schema, JsonNode value) {
        ObjectNode whole = schema.deepCopy();
        whole.set("components", document.get("components"));
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(whole).validate(value).stream()
                .map(Object::toString)
                .toList();
    }

    @Test
    void document_hasEachPathOfTheServerAndNoOther() throws Exception {
        List<String> paths = new ArrayList<>();
        document().get("paths").fieldNames().forEachRemaining(paths::add);
        assertThat(paths).containsExactlyInAnyOrderElementsOf(console.apis());
    }

    @Test
    void answers_areAsTheDocumentSays() throws Exception {
        for (PoseStatus status : PoseStatus.values()) {
            send(
                    Topic.POSES,
                    "left",
                    context.codecs()
                            .codec(Topic.POSES, PoseEstimate.class)
                            .encode(Samples.pose(status.name(), 0, status)));
        }
        await().atMost(PATIENCE)
                .until(() -> JSON.readTree(send(request("api/poses")).body())
                                .path("poses")
                                .size()
                        == PoseStatus.values().length);
        JsonNode document = document();
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            JsonNode schema = path.getValue().at("/get/responses/200/content/application~1json/schema");
            if (schema.isObject()) {
                HttpResponse<String> answer = send(request(path.getKey().substring(1)));
                assertThat(answer.statusCode()).as(path.getKey()).isEqualTo(200);
                assertThat(faults(document, schema, JSON.readTree(answer.body())))
                        .as(path.getKey())
                        .isEmpty();
            }
        }
        JsonNode problem = document.at("/components/responses/Problem/content/application~1problem+json/schema");
        for (HttpRequest.Builder wrong : List.of(
                request("api/poses?camera=nowhere"),
                request("api/pictures?after=x"),
                request("api/directives").POST(HttpRequest.BodyPublishers.ofString("{}")))) {
            assertThat(faults(document, problem, JSON.readTree(send(wrong).body())))
                    .isEmpty();
        }
        JsonNode schema = document.at("/components/schemas/Missed");
        assertThat(faults(document, schema, JSON.readTree("{\"missed\":0}"))).isNotEmpty();
    }
}
