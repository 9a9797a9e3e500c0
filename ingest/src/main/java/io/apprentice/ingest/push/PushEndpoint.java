package io.apprentice.ingest.push;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apprentice.pose.image.ImageHeader;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.ChannelBindException;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/**
 * Takes pictures by {@code POST /cameras/ID/frames} and answers when the broker has them; {@code docs/cameras.md} is for
 * who sends them. Strangers are turned away before a byte of theirs is kept.
 */
public final class PushEndpoint implements AutoCloseable {

    /** Headers of a request. */
    static final String SEQUENCE = "Frame-Sequence";

    static final String CAPTURED_AT = "Frame-Captured-At";

    private static final Logger LOG = LoggerFactory.getLogger(PushEndpoint.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    /** As large as the topic takes, less what a record has beside its picture. */
    static final int MOST_BYTES = 15 << 20;

    private static final Duration MOST_FOR_A_REQUEST = Duration.ofSeconds(30);
    private static final Duration MOST_BETWEEN_REQUESTS = Duration.ofMinutes(2);

    private final PushToken token;
    private final Map<String, PushQueue> queues = new ConcurrentSkipListMap<>();
    private final LoopResources threads = LoopResources.create("push", 1, true);
    private final DisposableServer server;

    /**
     * Starts to listen.
     *
     * @throws IOException if the port is taken or the file with the token is unusable, naming the key
     */
    public PushEndpoint(PushSettings settings) throws IOException {
        token = PushToken.readOrMake(settings.tokenFile());
        try {
            server = HttpServer.create()
                    .host(settings.host())
                    .port(settings.port())
                    .runOn(threads)
                    .requestTimeout(MOST_FOR_A_REQUEST)
                    .idleTimeout(MOST_BETWEEN_REQUESTS)
                    .route(routes -> routes.post("/cameras/{id}/frames", this::receive))
                    .bindNow();
        } catch (ChannelBindException e) {
            threads.dispose();
            throw new IOException(
                    "ingest.push.port: cannot listen on %s:%d: %s"
                            .formatted(settings.host(), settings.port(), e.getMessage()),
                    e);
        }
        LOG.info("taking pictures at {}, token in {}", url("ID"), settings.tokenFile());
    }

    /**
     * Opens the way for a camera's pictures.
     *
     * @param credentials file with a token that lets in for this camera alone; without, the one for all does
     * @throws IOException if that file is unusable
     */
    public PushQueue open(String camera, Optional<Path> credentials) throws IOException {
        PushQueue queue = new PushQueue(camera, credentials.isPresent() ? PushToken.read(credentials.get()) : token);
        queues.put(camera, queue);
        return queue;
    }

    /** Where a camera's pictures are to be sent. */
    public String url(String camera) {
        return "http://%s:%d/cameras/%s/frames".formatted(server.host(), server.port(), camera);
    }

    private Mono<Void> receive(HttpServerRequest request, HttpServerResponse response) {
        return answer(request).flatMap(reply -> {
            String camera = String.valueOf(request.param("id"));
            if (!reply.isGood()) {
                LOG.debug("camera {}: {} to {}: {}", camera, reply.status(), request.remoteAddress(), reply.detail());
            }
            response.status(reply.status())
                    .header(
                            HttpHeaderNames.CONTENT_TYPE,
                            reply.isGood() ? "application/json" : "application/problem+json");
            if (reply.status() == HttpResponseStatus.UNAUTHORIZED.code()) {
                response.header(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
            } else if (reply.status() == HttpResponseStatus.TOO_MANY_REQUESTS.code()) {
                response.header(HttpHeaderNames.RETRY_AFTER, "1");
            }
            return response.sendString(Mono.just(json(camera, reply))).then();
        });
    }

    /** An answer, or, if the sender goes away, none. */
    private Mono<Reply> answer(HttpServerRequest request) {
        String camera = String.valueOf(request.param("id"));
        PushQueue queue = queues.get(camera);
        String authorization = request.requestHeaders().get(HttpHeaderNames.AUTHORIZATION, "");
        if (!(queue == null ? token : queue.token()).isIn(authorization)) {
            return refused(request, HttpResponseStatus.UNAUTHORIZED, "expected 'Authorization: Bearer TOKEN'");
        }
        if (queue == null) {
            return refused(
                    request,
                    HttpResponseStatus.NOT_FOUND,
                    "camera '%s': expected one of %s".formatted(camera, queues.keySet()));
        }
        long size =
                Long.parseLong(request.requestHeaders().get(HttpHeaderNames.CONTENT_LENGTH, "0")); // checked by Netty
        if (size > MOST_BYTES) {
            return refused(request, HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, tooLarge(size));
        }
        OptionalLong sequence;
        Optional<Instant> capturedAt;
        try {
            sequence = PushHeaders.sequence(request.requestHeaders().get(SEQUENCE));
            capturedAt = PushHeaders.time(request.requestHeaders().get(CAPTURED_AT));
        } catch (IllegalArgumentException e) {
            return refused(request, HttpResponseStatus.BAD_REQUEST, e.getMessage());
        }
        if (!queue.enter()) {
            return refused(
                    request,
                    HttpResponseStatus.TOO_MANY_REQUESTS,
                    "%d pictures of this camera are on their way; drop this one or send it again"
                            .formatted(PushQueue.PLACES));
        }
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        // not before, though the sender may go away: its picture still waits
        CompletableFuture<Reply> unused = reply.whenComplete((answer, error) -> queue.leave());
        return PushBody.read(request, MOST_BYTES)
                .doOnNext(body -> hand(body, sequence, capturedAt, reply, queue))
                .doOnError(error -> reply.cancel(false))
                .doOnCancel(() -> reply.cancel(false))
                .then(Mono.fromFuture(reply, true));
    }

    private static void hand(
            PushBody body,
            OptionalLong sequence,
            Optional<Instant> capturedAt,
            CompletableFuture<Reply> reply,
            PushQueue queue) {
        if (body.isTooLarge()) {
            reply.complete(Reply.refused(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE.code(), tooLarge(body.size())));
            return;
        }
        byte[] image = body.bytes();
        try {
            ImageHeader.requireWhole(image);
            queue.put(new PushedFrame(image, sequence, capturedAt, reply));
        } catch (IOException e) {
            reply.complete(Reply.unusable(e.getMessage()));
        }
    }

    private static Mono<Reply> refused(HttpServerRequest request, HttpResponseStatus status, String why) {
        Mono<Reply> reply = Mono.just(Reply.refused(status.code(), why));
        boolean asks = request.requestHeaders().containsValue(HttpHeaderNames.EXPECT, HttpHeaderValues.CONTINUE, true);
        return asks ? reply : PushBody.read(request, 0).then(reply);
    }

    private static String tooLarge(long size) {
        return "a picture of %d bytes: expected at most %d".formatted(size, MOST_BYTES);
    }

    private static String json(String camera, Reply reply) {
        ObjectNode node = JSON.createObjectNode();
        if (!reply.isGood()) { // RFC 9457
            node.put("title", HttpResponseStatus.valueOf(reply.status()).reasonPhrase());
            node.put("status", reply.status());
            node.put("detail", reply.detail());
            return node + "\n";
        }
        node.put("camera", camera);
        node.put("kept", reply.sequence().isPresent());
        reply.sequence().ifPresent(sequence -> node.put("sequence", sequence));
        if (!reply.detail().isEmpty()) {
            node.put("detail", reply.detail());
        }
        return node + "\n";
    }

    @Override
    public void close() {
        queues.values().forEach(PushQueue::close);
        server.disposeNow(Duration.ofSeconds(1));
        threads.dispose();
    }
}
