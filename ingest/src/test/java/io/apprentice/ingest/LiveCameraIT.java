package io.apprentice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.ingest.live.CameraState;
import io.apprentice.ingest.live.CameraState.Phase;
import io.apprentice.ingest.pace.Rate;
import io.apprentice.ingest.push.PushSettings;
import io.apprentice.schemas.CaptureClock;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.service.ServiceContext;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two cameras that speak RTSP, through the real decoder into a real broker. One comes late, is killed, frozen, and loses its
 * decoder; the other must not notice. {@code examples/torture_cameras.py} does the same for ten minutes.
 */
class LiveCameraIT {

    /** The promise is 5 s; a builder whose cores are shared gets some more. */
    private static final Duration BACK = Duration.ofSeconds(10);

    private static final Duration UNNOTICED = Duration.ofSeconds(2);
    private static final SimpleMeterRegistry METRICS = new SimpleMeterRegistry();

    private interface Accident {
        void happen() throws Exception;
    }

    @TempDir
    private Path folder;

    private IngestService service;

    private CameraStats left() {
        return service.stats().get(0);
    }

    private static double gauge(String name, String... tags) {
        return METRICS.get("apprentice.ingest." + name).tags(tags).gauge().value();
    }

    /** Waits until the left camera sends again, although this happened. */
    private void survives(Accident accident) throws Exception {
        long reconnects = left().state().reconnects();
        accident.happen();
        Callable<Boolean> isBack =
                () -> left().state().phase() == Phase.LIVE && left().state().reconnects() == reconnects + 1;
        await().atMost(BACK).until(isBack);
        long frames = left().frames();
        await().atMost(BACK).until(() -> left().frames() > frames + 3);
    }

    @Test
    @Timeout(240)
    void ingest_givenCamerasAndDecodersThatDieAndFreeze_sendsEveryFrameThatCame() throws Exception {
        RtspCamera.assumeInstalled();
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"), 0);
                EmbeddedRegistry registry = EmbeddedRegistry.start(folder.resolve("registry"), 0);
                RtspCamera right = new RtspCamera(0)) {
            KafkaSettings kafka = KafkaSettings.of(broker.bootstrapServers());
            Topics topics = new Topics(new TopicSettings("live.", 2, 1, true));
            ServiceContext context = new ServiceContext(
                    kafka, topics, AvroCodecs.connect(RegistrySettings.of(registry.url()), topics), METRICS);
            int port;
            try (RtspCamera free = new RtspCamera(0)) {
                port = free.port(); // and nobody is there at the start
            }
            service = new IngestService(
                    context,
                    new IngestSettings(
                            List.of(
                                    CameraSpec.parse("left=rtsp://127.0.0.1:" + port + "/live"),
                                    CameraSpec.parse("right=" + right.address())),
                            Rate.REAL_TIME,
                            false,
                            Path.of(""),
                            16,
                            ImageSettings.DEFAULTS,
                            SyntheticSettings.DEFAULTS,
                            PushSettings.DEFAULTS),
                    Map.of());
            Instant quiet;
            try {
                service.start();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> service.health()
                                .detail()
                                .matches("1 of 2 cameras sending; left connecting for \\d+ s: Connection refused"));
                quiet = Instant.now();
                goThroughAccidents(port);
            } finally {
                service.close();
            }
            assertThat(ProcessHandle.current().children().filter(LiveCameraIT::isDecoder))
                    .isEmpty();
            check(context, quiet);
        }
    }

    private static boolean isDecoder(ProcessHandle child) {
        return child.info().commandLine().orElse("").contains("DecoderMain");
    }

    private void goThroughAccidents(int port) throws Exception {
        assertThat(gauge("state", "camera", "left", "state", "connecting")).isEqualTo(1);
        RtspCamera camera = new RtspCamera(port);
        try {
            await().atMost(BACK).until(() -> left().state().phase() == Phase.LIVE);
            assertThat(gauge("state", "camera", "left", "state", "connecting")).isZero();
            assertThat(gauge("state", "camera", "left", "state", "live")).isEqualTo(1);
            await().atMost(BACK).until(() -> left().frames() > 10);

            ProcessHandle killed = camera.decoder();
            survives(killed::destroyForcibly);
            assertThat(left().state().reason()).isEqualTo("the decoder was killed by signal 9");

            ProcessHandle frozen = camera.decoder();
            survives(() -> RtspCamera.signal("-STOP", frozen.pid()));
            assertThat(left().state().reason()).isEqualTo("the decoder hung");

            RtspCamera sleeping = camera;
            survives(() -> {
                sleeping.freeze();
                await().atMost(BACK).until(() -> left().state().phase() == Phase.SILENT);
                await().atMost(BACK).until(() -> left().state().phase() == Phase.CONNECTING);
                sleeping.thaw();
            });
            assertThat(left().state().reason()).isEqualTo("no data in 3.0 s");

            camera.close();
            await().atMost(BACK).until(() -> left().state().phase() == Phase.CONNECTING);
            long before = left().frames();
            camera = new RtspCamera(port);
            // long enough for a sender report of RTCP, with the camera's time
            await().atMost(Duration.ofSeconds(30)).until(() -> left().frames() > before + 100);
            assertThat(left().state().reconnects()).isEqualTo(4);
            CameraState other = service.stats().get(1).state();
            assertThat(List.of(other.phase(), other.reconnects())).isEqualTo(List.of(Phase.LIVE, 0L));
        } finally {
            camera.close();
        }
    }

    private void check(ServiceContext context, Instant quiet) throws Exception {
        AvroCodec<Frame> codec = context.codecs().codec(Topic.FRAMES, Frame.class);
        List<ConsumerRecord<String, byte[]>> all = IngestServiceIT.frames(context);
        List<Long> sequences = new ArrayList<>();
        long senders = 0;
        for (ConsumerRecord<String, byte[]> record : all) {
            Frame frame = codec.decode(record.value());
            if (record.key().equals("left")) {
                sequences.add(frame.getSequence());
            }
            if (frame.getCaptureClock() == CaptureClock.SENDER) {
                senders++;
                // its clock is ours
                assertThat(Duration.between(frame.getCapturedAt(), Instant.ofEpochMilli(record.timestamp())))
                        .isBetween(Duration.ofMillis(-200), UNNOTICED);
            } else {
                assertThat(frame.getCaptureClock()).isEqualTo(CaptureClock.ARRIVAL);
            }
        }
        CameraStats left = left();
        assertThat(sequences).isSorted().doesNotHaveDuplicates().hasSize((int) left.frames());
        assertThat(sequences.get(sequences.size() - 1) + 1)
                .isEqualTo(left.frames() + left.dropped() + left.unreadable());
        assertThat(senders).isPositive();
        List<Long> times = all.stream()
                .filter(record -> record.key().equals("right"))
                .map(ConsumerRecord::timestamp)
                .filter(time -> time > quiet.toEpochMilli())
                .toList();
        for (int i = 1; i < times.size(); i++) {
            assertThat(times.get(i) - times.get(i - 1)).isBetween(0L, UNNOTICED.toMillis());
        }
    }
}
