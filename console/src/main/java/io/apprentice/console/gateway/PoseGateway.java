package io.apprentice.console.gateway;

import io.apprentice.console.http.Query;
import io.apprentice.console.http.Refusal;
import io.apprentice.streaming.service.ServiceContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;

/** Answers {@code GET /api/poses}: server-sent events, a WebSocket, or the newest poses as JSON. */
public final class PoseGateway implements AutoCloseable {

    /** Readers' newest poses are kept, so none is passed on that is much larger than it needs, bytes. */
    public static final int LARGEST_POSE = 16 << 10;

    private static final String EVENTS = "text/event-stream";
    private static final String JSON = "application/json";
    private static final String ANY = "*/*";
    private static final int LARGEST_FRAME = 1 << 10;
    /** A browser that lost the connection waits so long, milliseconds. */
    private static final String HELLO = "retry: 1000\n\n";

    private final GatewaySettings settings;
    private final Set<String> objects;
    private final PoseFeed feed;
    private final Semaphore places;

    /**
     * Reads nothing before {@link #start()}.
     *
     * @param objects that are known although no pose of them has come
     */
    public PoseGateway(ServiceContext context, GatewaySettings settings, Set<String> objects) {
        this.settings = settings;
        this.objects = Set.copyOf(objects);
        feed = new PoseFeed(context, settings.replays());
        places = new Semaphore(settings.readers());
    }

    /** The topic must exist. */
    public void start() {
        feed.start();
    }

    /**
     * The answer to one request; a stream ends when the reader goes.
     *
     * @return fails with {@link Refusal} before anything is sent
     */
    public Mono<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        HttpHeaders headers = request.requestHeaders();
        boolean socket = headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
        String accept = String.join(",", headers.getAll(HttpHeaderNames.ACCEPT));
        Query query = new Query(request.uri());
        query.allow(new TreeSet<>(Set.of("camera", "object", "from", "after")));
        Wanted wanted = wanted(query);
        if (!socket && !accept.contains(EVENTS)) {
            return newest(response, query, wanted, accept);
        }
        if (!places.tryAcquire()) {
            throw new Refusal(
                    HttpResponseStatus.SERVICE_UNAVAILABLE,
                    "%d readers are connected, and no more may (console.gateway.readers)"
                            .formatted(settings.readers()));
        }
        AtomicReference<Executor> loop = new AtomicReference<>();
        response.withConnection(connection -> loop.set(connection.channel().eventLoop()));
        return Mono.defer(() -> start(query, headers))
                .flatMap(from -> Mono.using(
                        () -> feed.reader(wanted, from, loop.get()),
                        reader -> socket ? socket(response, reader.batches()) : events(response, reader.batches()),
                        PoseReader::close))
                .doFinally(end -> places.release());
    }

    private Wanted wanted(Query query) {
        PoseLog log = feed.log();
        Set<String> known = new TreeSet<>(log.objects());
        known.addAll(objects);
        return new Wanted(
                known("camera", query.all("camera"), log.cameras()), known("object", query.all("object"), known));
    }

    private static Set<String> known(String kind, List<String> asked, Set<String> known) {
        for (String id : asked) {
            if (!known.contains(id)) {
                throw new Refusal(
                        HttpResponseStatus.NOT_FOUND,
                        "%s '%s': no pose of it has come; expected one of %s".formatted(kind, id, known));
            }
        }
        return Set.copyOf(asked);
    }

    private Mono<Void> newest(HttpServerResponse response, Query query, Wanted wanted, String accept) {
        if (!accept.isBlank() && !accept.contains(JSON) && !accept.contains(ANY) && !accept.contains("application/*")) {
            throw new Refusal(
                    HttpResponseStatus.NOT_ACCEPTABLE,
                    "Accept: expected %s or %s, got '%s'".formatted(EVENTS, JSON, accept));
        }
        for (String name : List.of("from", "after")) {
            if (query.one(name).isPresent()) {
                throw bad("%s: expected with 'Accept: %s' or a WebSocket only".formatted(name, EVENTS));
            }
        }
        String json = feed.log().newest(wanted).stream()
                .map(PoseEvent::json)
                .collect(Collectors.joining(
                        ",", "{\"id\":\"%s\",\"poses\":[".formatted(feed.log().place()), "]}"));
        return response.header(HttpHeaderNames.CONTENT_TYPE, JSON)
                .header(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .sendString(Mono.just(json))
                .then();
    }

    /** Where a reader begins; with a value that is empty: with what comes. */
    private Mono<Optional<Place>> start(Query query, HttpHeaders headers) {
        Optional<String> from = query.one("from");
        Optional<String> after = query.one("after");
        if (from.isPresent() && after.isPresent()) {
            throw bad("from, after: expected at most one of them");
        }
        // A browser that comes back sends the same address; what it has read counts more.
        Optional<String> last = Optional.ofNullable(headers.get("Last-Event-ID"))
                .filter(id -> !id.isBlank())
                .or(() -> after);
        if (last.isPresent()) {
            Place place = Place.parse(after.equals(last) ? "after" : "Last-Event-ID", last.get());
            return blocking(() -> Optional.of(feed.checked(place)));
        }
        if (from.isPresent()) {
            long millis = time(from.get());
            return blocking(() -> Optional.of(feed.at(millis)));
        }
        return Mono.just(Optional.empty());
    }

    private static Mono<Optional<Place>> blocking(Supplier<Optional<Place>> asked) {
        return Mono.fromSupplier(asked).subscribeOn(Schedulers.boundedElastic());
    }

    private static long time(String text) {
        long millis;
        try {
            millis = text.matches("\\d{1,15}")
                    ? Long.parseLong(text)
                    : OffsetDateTime.parse(text).toInstant().toEpochMilli();
        } catch (DateTimeException e) {
            throw bad("from: expected a time such as %s or milliseconds since 1970, got '%s'"
                    .formatted(Instant.ofEpochSecond(1_790_000_000), text));
        }
        if (millis > System.currentTimeMillis()) {
            throw bad("from: expected a time that has passed, got %s".formatted(Instant.ofEpochMilli(millis)));
        }
        return millis;
    }

    private static Mono<Void> events(HttpServerResponse response, Flux<Batch> batches) {
        ByteBuf hello = Unpooled.wrappedBuffer(HELLO.getBytes(StandardCharsets.UTF_8));
        return response.header(HttpHeaderNames.CONTENT_TYPE, EVENTS)
                .header(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .header("X-Accel-Buffering", "no")
                .send(Flux.concat(Mono.just(hello), batches.map(Batch::text)), part -> true)
                .then();
    }

    private static Mono<Void> socket(HttpServerResponse response, Flux<Batch> batches) {
        return response.sendWebsocket(
                (in, out) -> out.sendObject(
                        batches.concatMapIterable(Batch::frames, 1)
                                .takeUntilOther(in.receive().then()),
                        frame -> true),
                WebsocketServerSpec.builder()
                        .maxFramePayloadLength(LARGEST_FRAME)
                        .build());
    }

    private static Refusal bad(String detail) {
        return new Refusal(HttpResponseStatus.BAD_REQUEST, detail);
    }

    @Override
    public void close() {
        feed.close();
    }
}
