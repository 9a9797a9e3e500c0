package io.apprentice.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apprentice.console.gateway.PoseGateway;
import io.apprentice.console.http.Query;
import io.apprentice.console.http.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ChannelBindException;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;
import reactor.netty.resources.LoopResources;

/** Answers the page: its files to everybody, the rest to those whom {@link Access} lets in. */
final class ConsoleServer implements AutoCloseable {

    private static final String POSES = "/api/poses";
    private static final int USUAL_PORT = 8090;
    /** At the same time, all viewers together. */
    private static final int MOST_REQUESTS = 64;

    private static final int LONGEST_LINE = 4 << 10;
    private static final int LARGEST_BODY = 4 << 10;
    private static final int LARGEST_HEADERS = 8 << 10;
    private static final Duration MOST_FOR_A_REQUEST = Duration.ofSeconds(10);
    private static final Duration MOST_BETWEEN_REQUESTS = Duration.ofMinutes(2);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin");

    private final Access access;
    private final Semaphore places = new Semaphore(MOST_REQUESTS);
    private final Set<String> apis = new TreeSet<>();
    private final LoopResources threads = LoopResources.create("console", 1, true);
    private final boolean secure;
    private final String host;
    private final DisposableServer server;

    /** What is sent: a JSON document, or pictures. */
    private record Answer(String type, long cursor, ByteBuf body) {
        static Answer json(JsonNode json) {
            return new Answer(
                    "application/json",
                    0,
                    Unpooled.wrappedBuffer(json.toString().getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** What there is to see. */
    record Rooms(
            Gallery gallery,
            Curves curves,
            Overview overview,
            Versions versions,
            Directions directions,
            DeadLetterList letters) {

        ObjectNode state() {
            long now = System.currentTimeMillis();
            ObjectNode state = overview.json(now);
            state.set("agreement", curves.agreement(now));
            state.set("versions", versions.json());
            state.set("directives", directions.json());
            state.put("deadLetters", letters.count());
            return state;
        }
    }

    /** Listens at once. */
    ConsoleServer(ConsoleSettings settings, Rooms rooms, Requests requests, ArrayNode shapes, PoseGateway gateway)
            throws IOException {
        access = new Access(settings);
        HttpServer http = HttpServer.create()
                .host(settings.host())
                .runOn(threads)
                .requestTimeout(MOST_FOR_A_REQUEST)
                .idleTimeout(MOST_BETWEEN_REQUESTS)
                .httpRequestDecoder(
                        spec -> spec.maxInitialLineLength(LONGEST_LINE).maxHeaderSize(LARGEST_HEADERS))
                .compress((request, response) -> !request.uri().startsWith("/api/pictures")
                        && !request.uri().startsWith(POSES))
                .route(routes -> {
                    new PageFiles().all().forEach((path, file) -> routes.get(path, (q, r) -> send(r, file)));
                    get(routes, "/api/objects", query -> Mono.just(Answer.json(shapes)));
                    get(routes, "/api/state", query -> Mono.just(Answer.json(rooms.state())));
                    get(
                            routes,
                            "/api/dead-letters",
                            query -> Mono.just(Answer.json(rooms.letters().json())));
                    get(
                            routes,
                            "/api/curves",
                            query -> Mono.just(Answer.json(rooms.curves()
                                    .json(query.number("after"), query.number("width"), System.currentTimeMillis()))));
                    get(routes, "/api/pictures", query -> pictures(rooms.gallery(), query));
                    routes.get(api(POSES), (request, response) -> poses(gateway, request, response));
                    routes.post(
                            api("/api/directives"),
                            (request, response) -> respond(
                                    request,
                                    response,
                                    Access.Scope.WRITE,
                                    query -> body(request)
                                            .publishOn(Schedulers.boundedElastic())
                                            .map(requests::take)
                                            .map(Answer::json)));
                    routes.route(q -> true, (q, r) -> refuse(r, unknown(q)));
                });
        secure = settings.isSecure();
        host = settings.host().contains(":") ? "[%s]".formatted(settings.host()) : settings.host();
        try {
            server = listen(secure ? secured(http, settings) : http, settings);
        } catch (ChannelBindException e) {
            threads.dispose();
            throw new IOException(
                    "console.port: cannot listen on %s:%d: %s"
                            .formatted(settings.host(), settings.port(), e.getMessage()),
                    e);
        }
    }

    private HttpServer secured(HttpServer http, ConsoleSettings settings) throws IOException {
        try {
            SslContext context = SslContextBuilder.forServer(
                            settings.certificate().toFile(), settings.key().toFile())
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build();
            return http.secure(spec -> spec.sslContext(context));
        } catch (IllegalArgumentException | IOException e) {
            threads.dispose();
            throw new IOException(
                    "console.certificate, console.key: expected files in PEM form that belong together, got %s and %s: %s"
                            .formatted(settings.certificate(), settings.key(), e.getMessage()),
                    e);
        }
    }

    private static DisposableServer listen(HttpServer http, ConsoleSettings settings) {
        if (settings.port() != 0) {
            return http.port(settings.port()).bindNow();
        }
        try {
            return http.port(USUAL_PORT).bindNow();
        } catch (ChannelBindException e) {
            return http.port(0).bindNow();
        }
    }

    /** The address of the page. */
    String url() {
        return "%s://%s:%d/".formatted(secure ? "https" : "http", host, server.port());
    }

    private static Refusal unknown(HttpServerRequest request) {
        return new Refusal(
                HttpResponseStatus.NOT_FOUND, "%s %s: no such page".formatted(request.method(), request.path()));
    }

    private static Mono<Answer> pictures(Gallery gallery, Query query) {
        List<String> wanted = query.all("camera");
        for (String camera : wanted) {
            if (!gallery.cameras().contains(camera)) {
                throw new Refusal(
                        HttpResponseStatus.NOT_FOUND,
                        "camera '%s': expected one of %s".formatted(camera, gallery.cameras()));
            }
        }
        return gallery.after(query.number("after"), wanted, PATIENCE)
                .map(pictures -> new Answer("application/octet-stream", pictures.cursor(), pictures.body()));
    }

    private void get(HttpServerRoutes routes, String path, Function<Query, Mono<Answer>> answer) {
        routes.get(api(path), (request, response) -> respond(request, response, Access.Scope.READ, answer));
    }

    private String api(String path) {
        apis.add(path);
        return path;
    }

    /** The paths that the document of the interface describes. */
    Set<String> apis() {
        return apis;
    }

    /** May take as long as the reader stays. */
    private Mono<Void> poses(PoseGateway gateway, HttpServerRequest request, HttpServerResponse response) {
        return Mono.defer(() -> {
                    access.require(Access.Scope.READ, request.requestHeaders());
                    return gateway.answer(request, common(response));
                })
                .onErrorResume(Refusal.class, refusal -> refuse(response, refusal));
    }

    private Mono<Void> respond(
            HttpServerRequest request,
            HttpServerResponse response,
            Access.Scope scope,
            Function<Query, Mono<Answer>> answer) {
        if (!places.tryAcquire()) {
            return refuse(
                    response,
                    new Refusal(
                            HttpResponseStatus.TOO_MANY_REQUESTS,
                            "%d requests are being answered; try again".formatted(MOST_REQUESTS)));
        }
        return Mono.defer(() -> {
                    access.require(scope, request.requestHeaders());
                    return answer.apply(new Query(request.uri()));
                })
                .flatMap(a -> send(response, a).thenReturn(true))
                .switchIfEmpty(Mono.defer(() -> nothing(response).thenReturn(true)))
                .then()
                .onErrorResume(Refusal.class, refusal -> refuse(response, refusal))
                .doFinally(end -> places.release());
    }

    /** Of a request that says that it is JSON, which no form of another site can. */
    private static Mono<byte[]> body(HttpServerRequest request) {
        String type = request.requestHeaders().get(HttpHeaderNames.CONTENT_TYPE, "");
        if (!type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
            throw new Refusal(
                    HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type: expected application/json, got '%s'".formatted(type));
        }
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        return request.receive()
                .asByteArray()
                .doOnNext(part -> {
                    if (kept.size() + part.length > LARGEST_BODY) {
                        throw new Refusal(
                                HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                                "expected at most %d bytes".formatted(LARGEST_BODY));
                    }
                    kept.writeBytes(part);
                })
                .then(Mono.fromSupplier(kept::toByteArray));
    }

    private static HttpServerResponse common(HttpServerResponse response) {
        HEADERS.forEach(response::header);
        return response;
    }

    private static Mono<Void> send(HttpServerResponse response, Answer answer) {
        common(response)
                .header(HttpHeaderNames.CONTENT_TYPE, answer.type())
                .header(HttpHeaderNames.CACHE_CONTROL, "no-store");
        if (answer.cursor() > 0) {
            response.header("Cursor", Long.toString(answer.cursor()));
        }
        return response.sendObject(answer.body()).then();
    }

    private static Mono<Void> send(HttpServerResponse response, PageFiles.PageFile file) {
        common(response)
                .header(HttpHeaderNames.CONTENT_TYPE, file.type())
                .header(HttpHeaderNames.CACHE_CONTROL, "no-cache");
        return response.sendByteArray(Mono.just(file.bytes())).then();
    }

    private static Mono<Void> nothing(HttpServerResponse response) {
        return common(response).status(HttpResponseStatus.NO_CONTENT).send();
    }

    private static Mono<Void> refuse(HttpServerResponse response, Refusal refusal) {
        common(response)
                .status(refusal.status())
                .header(HttpHeaderNames.CONTENT_TYPE, "application/problem+json")
                .header(HttpHeaderNames.CACHE_CONTROL, "no-store");
        if (refusal.status().equals(HttpResponseStatus.UNAUTHORIZED)) {
            response.header(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
        } else if (refusal.status().equals(HttpResponseStatus.TOO_MANY_REQUESTS)) {
            response.header(HttpHeaderNames.RETRY_AFTER, "1");
        }
        return response.sendString(Mono.just(refusal.json())).then();
    }

    @Override
    public void close() {
        server.disposeNow(Duration.ofSeconds(1));
        threads.dispose();
    }
}
