package io.apprentice.console.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.Pose;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.StudentRef;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.testing.Fuzz;
import io.apprentice.testing.PoisonedRecords.Sample;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Poison through the gateway: what is passed on is JSON with numbers, and little is kept. */
class PoisonFuzzIT {

    private static final int LOOK_EVERY = 5_000;

    private final ObjectMapper json = new ObjectMapper();
    private long offset;

    private static PoseEstimate pose() {
        return PoseEstimate.newBuilder()
                .setCameraId("left")
                .setSequence(7)
                .setCapturedAt(Instant.EPOCH)
                .setEstimatedAt(Instant.EPOCH)
                .setFrameRef(new FrameRef(0, 7L))
                .setObjectId("parcel")
                .setStatus(PoseStatus.ESTIMATED)
                .setObjectToCamera(new Pose(0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.5))
                .setCovariance(Collections.nCopies(36, 0.1))
                .setScore(0.5)
                .setInliers(10)
                .setReprojectionError(1)
                .setStudent(new StudentRef("student", 3L))
                .build();
    }

    @Test
    void poses_arePassedOnOrLeftOut(@TempDir Path directory) throws Exception {
        Topics topics = new Topics(new TopicSettings("", 1, 1, true));
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(directory, 0)) {
            AvroCodecs codecs = AvroCodecs.connect(RegistrySettings.of(registry.url()), topics);
            ServiceContext context = new ServiceContext(
                    new KafkaSettings(Map.of("bootstrap.servers", "127.0.0.1:9")),
                    topics,
                    codecs,
                    new SimpleMeterRegistry());
            PoseEstimate pose = pose();
            byte[] value = codecs.codec(Topic.POSES, PoseEstimate.class).encode(pose);
            PoseLog log = new PoseLog(Place.of(Map.of(0, 0L)));
            try (PoseFeed feed = new PoseFeed(context, 1)) {
                Fuzz.run(
                        "gateway",
                        "poses",
                        List.of(new Sample(pose.getSchema(), "left".getBytes(UTF_8), value)),
                        System.currentTimeMillis(),
                        poison -> {
                            Optional<PoseEvent> event = feed.event(
                                    new Received(
                                            "poses",
                                            0,
                                            offset++,
                                            poison.timestamp(),
                                            poison.key(),
                                            poison.value(),
                                            new RecordHeaders()),
                                    log.place());
                            event.ifPresent(log::add);
                            if (offset % LOOK_EVERY == 0) {
                                assertThat(log.newest(new Wanted(Set.of(), Set.of())))
                                        .hasSizeLessThanOrEqualTo(10_000);
                            }
                            if (event.isEmpty()) {
                                return "left out";
                            }
                            JsonNode sent = json.readTree(event.get().json());
                            assertThat(sent.at("/pose/position/z").isTextual()).isFalse();
                            return sent.get("pose").isNull() ? "passed on without a pose" : "passed on";
                        });
            }
        }
    }
}
