package io.apprentice.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The gateway as other services use it: real broker, real connections. */
class PoseGatewayIT extends RunningConsole {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A camera whose poses fill the buffers of the system soon. */
    private static final String LARGE = "l".repeat(4_000);

    private final List<Events> open = new ArrayList<>();

    /** A reader of server-sent events. */
    private static final class Events implements AutoCloseable {
        private final List<String> poses = Collections.synchronizedList(new ArrayList<>());
        private final List<String> ids = Collections.synchronizedList(new ArrayList<>());
        private final Stream<String> stream;

        private Events(HttpResponse<Stream<String>> response) {
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
            stream = response.body();
            Thread thread = new Thread(this::read, "events");
            thread.setDaemon(true);
            thread.start();
        }

        private void read() {
            try {
                stream.forEach(line -> {
                    if (line.startsWith("id: ")) {
                        ids.add(line.substring("id: ".length()));
                    } else if (line.startsWith("data: ")) {
                        poses.add(line.substring("data: ".length()));
                    }
                });
            } catch (UncheckedIOException e) {
                // closed
            }
        }

        private void await(int count) {
            Awaitility.await().atMost(PATIENCE).until(() -> poses.size() >= count);
            assertThat(poses).hasSize(count);
        }

        private List<Long> sequences() {
            return List.copyOf(poses).stream().map(PoseGatewayIT::sequence).toList();
        }

        @Override
        public void close() {
            stream.close();
        }
    }

    private static long sequence(String pose) {
        try {
            return JSON.readTree(pose).get("sequence").asLong();
        } catch (IOException e) {
            throw new AssertionError(pose, e);
        }
    }

    @AfterEach
    void leave() {
        open.forEach(Events::close);
    }

    private Events events(String query, String... headers) throws Exception {
        var request = request("api/poses" + query).header("Accept", "text/event-stream");
        if (headers.length > 0) {
            request.headers(headers);
        }
        Events events = new Events(http.send(request.build(), HttpResponse.BodyHandlers.ofLines()));
        open.add(events);
        return events;
    }

    private CompletableFuture<?> sendPose(String camera, long sequence) {
        byte[] value = context.codecs()
                .codec(Topic.POSES, PoseEstimate.class)
                .encode(Samples.pose(camera, sequence, PoseStatus.ESTIMATED));
        return sender.send(new ProducerRecord<>(topics.name(Topic.POSES), camera.getBytes(UTF_8), value));
    }

    private void sendPoses(String camera, long first, long end) {
        LongStream.range(first, end)
                .mapToObj(sequence -> sendPose(camera, sequence))
                .toList()
                .forEach(CompletableFuture::join);
    }

    private JsonNode newest(String query) throws Exception {
        return JSON.readTree(send(request("api/poses" + query)).body());
    }

    private void awaitNewest(String camera, long sequence) {
        await().atMost(PATIENCE)
                .ignoreExceptions() // not known yet
                .until(() -> newest("?camera=" + camera).at("/poses/0/sequence").asLong(-1) == sequence);
    }

    private static List<Long> numbers(long first, long end) {
        return LongStream.range(first, end).boxed().toList();
    }

    @Test
    void poses_live_comeToReadersOfTheirCameraInTheShapeOfRos() throws Exception {
        sendPoses("left", 0, 1);
        sendPoses("right", 0, 1);
        awaitNewest("right", 0);
        assertThat(newest("").get("poses")).hasSize(2);
        Events left = events("?camera=left");
        Events both = events("?object=parcel");
        sendPoses("right", 1, 4);
        sendPoses("left", 1, 4);
        both.await(6);
        left.await(3);
        assertThat(left.sequences()).isEqualTo(numbers(1, 4));
        JsonNode pose = JSON.readTree(left.poses.get(0));
        assertThat(pose.at("/header/frame_id").asText()).isEqualTo("left");
        assertThat(pose.at("/header/stamp/sec").asLong()).isZero();
        assertThat(pose.at("/pose/position/z").asDouble()).isEqualTo(0.5);
        assertThat(pose.at("/pose/orientation/w").asDouble()).isEqualTo(1);
        assertThat(pose.get("student_version").asLong()).isEqualTo(3);
        assertThat(pose.get("age_ms").asLong()).isBetween(0L, PATIENCE.toMillis());
    }

    @Test
    void poses_fromATimeWhileMoreCome_areEachGivenOnceAndInOrder() throws Exception {
        sendPoses("left", 0, 5_000);
        awaitNewest("left", 4_999);
        CompletableFuture<Void> more = CompletableFuture.runAsync(() -> sendPoses("left", 5_000, 6_000));
        Events all = events("?from=0");
        more.join();
        all.await(6_000);
        assertThat(all.sequences()).isEqualTo(numbers(0, 6_000));
        sendPoses("left", 6_000, 6_010);
        all.await(6_010);

        Events early = events("?from=0", "Last-Event-ID", all.ids.get(100));
        Events late = events("?after=" + all.ids.get(6_000));
        early.await(6_010 - 101);
        late.await(9);
        assertThat(early.sequences()).isEqualTo(numbers(101, 6_010));
        assertThat(late.sequences()).isEqualTo(numbers(6_001, 6_010));
        assertThat(all.sequences()).isEqualTo(numbers(0, 6_010));
    }

    @Test
    void poses_throughAWebSocket_areTheSame() throws Exception {
        sendPoses("left", 0, 3);
        awaitNewest("left", 2);
        List<String> messages = new CopyOnWriteArrayList<>();
        WebSocket socket = http.newWebSocketBuilder()
                .buildAsync(
                        URI.create(console.url().replace("http:", "ws:") + "api/poses?camera=left&from=0"),
                        new WebSocket.Listener() {
                            private String text = "";

                            @Override
                            public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
                                text += part;
                                if (last) {
                                    messages.add(text);
                                    text = "";
                                }
                                from.request(1);
                                return null;
                            }
                        })
                .join();
        await().atMost(PATIENCE).until(() -> messages.size() == 3);
        sendPoses("left", 3, 5);
        await().atMost(PATIENCE).until(() -> messages.size() == 5);
        JsonNode last = JSON.readTree(messages.get(4));
        assertThat(last.get("event").asText()).isEqualTo("pose");
        assertThat(last.get("id").asText()).isEqualTo("0:5");
        assertThat(last.at("/data/sequence").asLong()).isEqualTo(4);
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        IntStream.range(0, 4).forEach(i -> awaitPlace());
    }

    /** The place of who left is free again. */
    private void awaitPlace() {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> events(""));
    }

    @Test
    void poses_toAReaderWhoDoesNotRead_areDroppedAndCounted() throws Exception {
        sendPoses(LARGE, 0, 1);
        awaitNewest(LARGE, 0);
        URI at = URI.create(console.url());
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(1 << 16);
            slow.connect(new InetSocketAddress(at.getHost(), at.getPort()));
            slow.getOutputStream()
                    .write("GET /api/poses HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
                            .getBytes(UTF_8));
            InputStream in = slow.getInputStream();
            StringBuilder text = new StringBuilder();
            readUntil(in, text, "retry: 1000");
            Events quick = events("");
            for (int first = 1; first < 4_001; first += 500) {
                sendPoses(LARGE, first, first + 500);
                quick.await(first + 499);
            }
            readUntil(in, text, "\"sequence\":4000,");
            long missed = text.toString()
                    .lines()
                    .filter(line -> line.startsWith("data: {\"missed\":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
            long got = text.toString()
                    .lines()
                    .filter(line -> line.equals("event: pose"))
                    .count();
            assertThat(missed).isPositive();
            assertThat(got + missed).isEqualTo(4_000);
        }
    }

    private static void readUntil(InputStream in, StringBuilder text, String end) throws IOException {
        byte[] buffer = new byte[1 << 16];
        while (text.indexOf(end, Math.max(0, text.length() - buffer.length - end.length())) < 0) {
            int count = in.read(buffer);
            assertThat(count).as("the connection stays").isPositive();
            text.append(new String(buffer, 0, count, UTF_8));
        }
    }

    @Test
    void poses_askedForWrongly_areRefusedWithAReason() throws Exception {
        sendPoses("left", 0, 1);
        awaitNewest("left", 0);
        assertRefused("?camera=nowhere", 404, "camera 'nowhere'");
        assertRefused("?object=spoon", 404, "object 'spoon'");
        assertRefused("?from=yesterday", 400, "from: expected a time such as");
        assertRefused("?from=2999-01-01T00:00:00Z", 400, "has passed");
        assertRefused("?after=x", 400, "after: expected the id of an event");
        assertRefused("?after=0:99", 404, "ends at 0:1");
        assertRefused("?cam=left", 400, "cam: no such parameter");
        assertThat(send(request("api/poses").header("Accept", "text/html")).statusCode())
                .isEqualTo(406);
        assertThat(send(request("api/poses?from=0")).statusCode()).isEqualTo(400);
        assertThat(send(request("api/poses").header("Origin", "https://evil.example"))
                        .statusCode())
                .isEqualTo(403);
        IntStream.range(0, 4).forEach(i -> awaitPlace());
        assertRefused("", 503, "4 readers are connected");
    }

    private void assertRefused(String query, int status, String reason) throws Exception {
        HttpResponse<String> answer = send(request("api/poses" + query).header("Accept", "text/event-stream"));
        assertThat(answer.body()).contains(reason);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    @Test
    void poses_afterTheBrokerCameBack_goOnOnTheSameConnection() throws Exception {
        sendPoses("left", 0, 1);
        awaitNewest("left", 0);
        Events events = events("");
        sendPoses("left", 1, 3);
        events.await(2);
        stopBroker();
        startBroker();
        sendPoses("left", 3, 6);
        events.await(5);
        assertThat(events.sequences()).isEqualTo(numbers(1, 6));
    }
}
