package io.apprentice.streaming.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Serves {@code /health}, {@code /ready} and {@code /metrics} (Prometheus). */
public final class HttpEndpoint implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads;

    private HttpEndpoint(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Starts serving.
     *
     * @throws IOException if the port is in use; the message names the key
     */
    public static HttpEndpoint start(HttpSettings settings, List<Service> services, PrometheusMeterRegistry metrics)
            throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(settings.host(), settings.port()), 16);
        } catch (IOException e) {
            throw new IOException(
                    "http.port: cannot listen on %s:%d: %s".formatted(settings.host(), settings.port(), e.getMessage()),
                    e);
        }
        ExecutorService threads = Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task, "http");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext(
                "/health",
                exchange -> report(
                        exchange,
                        services,
                        services.stream().allMatch(s -> s.health().alive())));
        // none: the process still waits for its broker
        server.createContext(
                "/ready",
                exchange -> report(
                        exchange,
                        services,
                        !services.isEmpty()
                                && services.stream().allMatch(s -> s.health().ready())));
        server.createContext("/metrics", exchange -> respond(exchange, 200, metrics::scrape));
        server.start();
        return new HttpEndpoint(server, threads);
    }

    private static void report(HttpExchange exchange, List<Service> services, boolean good) throws IOException {
        respond(
                exchange,
                good ? 200 : 503,
                () -> services.stream().flatMap(HttpEndpoint::lines).collect(Collectors.joining("\n", "", "\n")));
    }

    private static Stream<String> lines(Service service) {
        return Stream.concat(
                Stream.of("%s: %s".formatted(service.name(), service.health().detail())),
                service.notes().entrySet().stream()
                        .map(note -> "%s: %s: %s".formatted(service.name(), note.getKey(), note.getValue())));
    }

    private static void respond(HttpExchange exchange, int status, Supplier<String> body) throws IOException {
        try (exchange) {
            byte[] bytes = body.get().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /** The port of the endpoint. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
