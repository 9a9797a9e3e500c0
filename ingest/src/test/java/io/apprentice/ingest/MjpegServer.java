package io.apprentice.ingest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** A camera that sends JPEGs over HTTP, one after the other, on a free port. */
final class MjpegServer implements AutoCloseable {

    private static final int FRAMES_PER_SECOND = 25;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Optional<String> authorization;
    private final AtomicInteger served = new AtomicInteger();
    /** Connections so far. */
    final AtomicInteger connections = new AtomicInteger();

    /**
     * Starts to serve.
     *
     * @param user {@code name:password} to ask for
     * @param frames JPEG of the n-th frame of all connections; null ends a connection
     */
    MjpegServer(Optional<String> user, IntFunction<byte[]> frames) throws IOException {
        authorization =
                user.map(u -> "Basic " + Base64.getEncoder().encodeToString(u.getBytes(StandardCharsets.UTF_8)));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.setExecutor(threads);
        server.createContext("/left.mjpg", exchange -> serve(exchange, frames));
        server.start();
    }

    /** A JPEG of one colour. */
    static byte[] jpeg(int width, int height, int brightness) {
        byte[] rgb = new byte[3 * width * height];
        Arrays.fill(rgb, (byte) brightness);
        return ImageCodec.encodeJpeg(new RgbImage(width, height, rgb), 95);
    }

    String address() {
        return "http://127.0.0.1:%d/left.mjpg".formatted(server.getAddress().getPort());
    }

    private void serve(HttpExchange exchange, IntFunction<byte[]> frames) throws IOException {
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization.isPresent() && !authorization.get().equals(given)) {
            exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"camera\"");
            exchange.sendResponseHeaders(401, -1);
            return;
        }
        connections.incrementAndGet();
        exchange.getResponseHeaders().add("Content-Type", "multipart/x-mixed-replace; boundary=frame");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            while (true) {
                byte[] jpeg = frames.apply(served.getAndIncrement());
                if (jpeg == null) {
                    return;
                }
                out.write("--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
                        .formatted(jpeg.length)
                        .getBytes(StandardCharsets.US_ASCII));
                out.write(jpeg);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
                Thread.sleep(1000 / FRAMES_PER_SECOND);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
