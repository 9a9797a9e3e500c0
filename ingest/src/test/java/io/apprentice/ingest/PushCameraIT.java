package io.apprentice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.ingest.live.CameraState.Phase;
import io.apprentice.ingest.pace.Rate;
import io.apprentice.ingest.push.PushSettings;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.schemas.CaptureClock;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.service.ServiceContext;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PushCameraIT {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final byte[] PICTURE = ImageCodec.encodeJpeg(RgbImage.black(64, 48), 90);

    @TempDir
    static Path folder;

    private static EmbeddedBroker broker;
    private static EmbeddedRegistry registry;

    private int port;
    private Path tokenFile;
    private String token;
    private ServiceContext context;
    private IngestService service;

    @BeforeAll
    static void startServers() throws Exception {
        broker = EmbeddedBroker.start(folder.resolve("kafka"), 0);
        registry = EmbeddedRegistry.start(folder.resolve("registry"), 0);
    }

    @AfterAll
    static void stopServers() throws Exception {
        registry.close();
        broker.close();
    }

    @BeforeEach
    void start() throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        tokenFile = folder.resolve(UUID.randomUUID().toString());
        Topics topics = new Topics(new TopicSettings("t" + UUID.randomUUID() + ".", 1, 1, true));
        KafkaSettings kafka = KafkaSettings.of(broker.bootstrapServers());
        context = new ServiceContext(
                kafka,
                topics,
                AvroCodecs.connect(RegistrySettings.of(registry.url()), topics),
                new SimpleMeterRegistry());
        Path own = Files.writeString(folder.resolve("own-token"), "a token of its own\n");
        service = new IngestService(
                context,
                new IngestSettings(
                        List.of(
                                CameraSpec.parse("gate=push:"),
                                CameraSpec.parse("door=push:#silence-timeout=200ms&fps=2&credentials=" + own)),
                        Rate.REAL_TIME,
                        false,
                        Path.of(""),
                        16,
                        ImageSettings.DEFAULTS,
                        SyntheticSettings.DEFAULTS,
                        new PushSettings("127.0.0.1", port, tokenFile)),
                Map.of());
        token = Files.readString(tokenFile).strip();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private HttpRequest.Builder to(String camera, String bearer) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/cameras/%s/frames".formatted(port, camera)))
                .header("Authorization", "Bearer " + bearer);
    }

    private HttpResponse<String> push(byte[] picture, String... headers) throws Exception {
        HttpRequest.Builder request = to("gate", token).POST(BodyPublishers.ofByteArray(picture));
        return HTTP.send(
                headers.length == 0 ? request.build() : request.headers(headers).build(), BodyHandlers.ofString());
    }

    private List<Frame> frames() throws Exception {
        AvroCodec<Frame> codec = context.codecs().codec(Topic.FRAMES, Frame.class);
        List<Frame> frames = new ArrayList<>();
        try (RecordReader reader = new RecordReader(context.kafka())) {
            for (Received record :
                    reader.readToEnd(context.topics().name(Topic.FRAMES)).toIterable()) {
                frames.add(codec.decode(record.value()));
            }
        }
        return frames;
    }

    @Test
    void post_givenPictures_keepsEachOnceInOrderWithItsSendersClock() throws Exception {
        service.start();
        for (int i = 5; i < 25; i++) {
            HttpResponse<String> answer = push(
                    PICTURE, "Frame-Sequence", Integer.toString(i), "Frame-Captured-At", "1900000000." + (100_000 + i));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("\"kept\":true", "\"sequence\":" + (i - 5));
        }
        assertThat(push(PICTURE, "Frame-Sequence", "24").body())
                .as("sent again")
                .contains("\"sequence\":19");
        assertThat(push(PICTURE, "Frame-Sequence", "27").body())
                .as("two left out")
                .contains("\"sequence\":22");
        assertThat(push(PICTURE, "Frame-Sequence", "0").body())
                .as("begins anew")
                .contains("\"sequence\":23");
        assertThat(push(PICTURE).body()).as("not counted").contains("\"sequence\":24");

        List<Frame> frames = frames();
        assertThat(frames).hasSize(23);
        assertThat(frames).extracting(Frame::getSequence).isSorted().doesNotHaveDuplicates();
        assertThat(frames.get(3).getCapturedAt()).hasToString("2030-03-17T17:46:40.100008Z");
        assertThat(frames.get(3).getCaptureClock()).isEqualTo(CaptureClock.SENDER);
        assertThat(frames.get(22).getCaptureClock()).isEqualTo(CaptureClock.ARRIVAL);
        assertThat(service.stats().get(0).frames()).isEqualTo(23);
        assertThat(service.stats().get(0).dropped()).isEqualTo(2);
        assertThat(service.stats().get(0).state().phase()).isEqualTo(Phase.LIVE);
    }

    @Test
    void post_givenWhatCannotBeUsed_saysWhatIsWrongAndGoesOn() throws Exception {
        service.start();
        assertThat(push(PICTURE, "Frame-Sequence", "7").statusCode()).isEqualTo(200);
        assertProblem(push(Arrays.copyOf(PICTURE, PICTURE.length - 40)), 422, "its end is missing");
        assertProblem(push(new byte[] {1, 2, 3}), 422, "JPEG or PNG");
        assertProblem(push(new byte[0]), 422, "JPEG or PNG");
        assertProblem(push(PICTURE, "Frame-Sequence", "-1"), 400, "Frame-Sequence");
        assertProblem(push(PICTURE, "Frame-Captured-At", "yesterday"), 400, "Frame-Captured-At");
        assertProblem(push(PICTURE, "Frame-Sequence", "3"), 409, "go on with 8");
        assertThat(push(PICTURE, "Frame-Sequence", "8").statusCode()).isEqualTo(200);
        assertThat(frames()).hasSize(2);
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String detail) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(detail);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    }

    @Test
    void post_givenTwoHundredMegabytes_isRefusedInBoundedMemory() throws Exception {
        service.start();
        byte[] part = new byte[1 << 20];
        long size = 200L << 20;
        HttpRequest.BodyPublisher stated =
                BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> repeated(part, 200)), size);
        for (HttpRequest.BodyPublisher body :
                List.of(stated, BodyPublishers.ofInputStream(() -> repeated(part, 200)))) {
            HttpResponse<String> answer = HTTP.send(to("gate", token).POST(body).build(), BodyHandlers.ofString());
            assertProblem(answer, 413, Long.toString(size));
        }
        assertThat(push(PICTURE).statusCode()).isEqualTo(200);
    }

    /** As curl asks; Java 17's client does not understand an answer other than "continue". */
    @Test
    void post_askingFirstWhetherItMay_hearsBeforeItSendsAnything() throws Exception {
        service.start();
        assertThat(statusOfAskingFirst(token, 200L << 20)).contains("413");
        assertThat(statusOfAskingFirst("x", PICTURE.length)).contains("401");
        assertThat(statusOfAskingFirst(token, PICTURE.length)).contains("100 Continue");
    }

    private String statusOfAskingFirst(String bearer, long size) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            String head =
                    "POST /cameras/gate/frames HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer %s\r\n".formatted(bearer)
                            + "Content-Length: %d\r\nExpect: 100-continue\r\n\r\n".formatted(size);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII)).readLine();
        }
    }

    private static InputStream repeated(byte[] part, int times) {
        return new InputStream() {
            private int left = times * part.length;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] bytes, int from, int length) {
                int count = Math.min(left, length);
                left -= count;
                return count == 0 ? -1 : count;
            }
        };
    }

    @Test
    void post_givenAnotherToken_isTurnedAway() throws Exception {
        service.start();
        for (String wrong : List.of("", "x", token + "x", "a token of its own")) {
            HttpResponse<String> answer = HTTP.send(
                    to("gate", wrong).POST(BodyPublishers.ofByteArray(PICTURE)).build(), BodyHandlers.ofString());
            assertProblem(answer, 401, "Bearer");
            assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        }
        HttpResponse<String> unknown = HTTP.send(
                to("nowhere", token).POST(BodyPublishers.ofByteArray(PICTURE)).build(), BodyHandlers.ofString());
        assertProblem(unknown, 404, "[door, gate]");
        assertThat(Files.getPosixFilePermissions(tokenFile)).hasSize(2);
    }

    @Test
    void state_ofACameraThatStopsAndComesBack_isSilentAndLive() throws Exception {
        service.start();
        HttpRequest request = to("door", "a token of its own")
                .POST(BodyPublishers.ofByteArray(PICTURE))
                .build();
        assertThat(service.stats().get(1).state().reason())
                .contains("nobody has sent a picture yet to http://127.0.0.1:");
        for (int i = 0; i < 2; i++) {
            await().atMost(Duration.ofSeconds(5))
                    .until(() ->
                            HTTP.send(request, BodyHandlers.ofString()).body().contains("\"kept\":true"));
            assertThat(service.stats().get(1).state().reconnects()).isEqualTo(i);
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> service.stats().get(1).state().phase() == Phase.SILENT);
        }
        assertThat(service.health().detail()).contains("door silent");
    }

    @Test
    void post_ofMoreFramesThanAreToBeKept_isToldSo() throws Exception {
        service.start();
        HttpRequest request = to("door", "a token of its own")
                .POST(BodyPublishers.ofByteArray(PICTURE))
                .build();
        int kept = 0;
        for (int i = 0; i < 10; i++) {
            HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            kept += answer.body().contains("\"kept\":true") ? 1 : 0;
            assertThat(answer.body()).containsPattern("\"kept\":true|fps keeps");
        }
        assertThat(kept).isBetween(1, 9);
        assertThat(frames()).hasSize(kept);
    }

    @Test
    void post_ofSendersThatGoAway_keepsTheirPlacesUntilTheirPicturesAreTaken() throws Exception {
        HttpRequest impatient = to("gate", token)
                .timeout(Duration.ofMillis(500))
                .POST(BodyPublishers.ofByteArray(PICTURE))
                .build();
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(() -> HTTP.send(impatient, BodyHandlers.ofString()))
                    .isInstanceOf(HttpTimeoutException.class);
        }
        for (int i = 0; i < 3; i++) {
            assertProblem(push(PICTURE), 429, "on their way");
        }
        service.start();
        await().atMost(Duration.ofSeconds(10)).until(() -> push(PICTURE).statusCode() == 200);
        assertThat(frames()).hasSize(5);
    }

    @Test
    void post_whileNobodyTakesPictures_isToldToWait() throws Exception {
        HttpRequest request =
                to("gate", token).POST(BodyPublishers.ofByteArray(PICTURE)).build();
        List<CompletableFuture<HttpResponse<String>>> answers = Stream.generate(
                        () -> HTTP.sendAsync(request, BodyHandlers.ofString()))
                .limit(7)
                .toList();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> answers.stream().filter(CompletableFuture::isDone).count() == 3);
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            if (answer.isDone()) {
                assertProblem(answer.get(), 429, "4 pictures of this camera are on their way");
                assertThat(answer.get().headers().firstValue("Retry-After")).isPresent();
            }
        }
        service.start();
        assertThat(answers.stream().map(answer -> answer.join().statusCode()))
                .containsExactlyInAnyOrder(200, 200, 200, 200, 429, 429, 429);
        assertThat(frames()).hasSize(4);
    }
}
