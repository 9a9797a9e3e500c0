package io.apprentice.streaming.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HttpEndpointTest {

    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private record Waiting(String name, Health health) implements Service {
        @Override
        public void start() {}

        @Override
        public CompletableFuture<Void> termination() {
            return new CompletableFuture<>();
        }

        @Override
        public void close() {}
    }

    @Test
    void get_tellsHealthReadinessAndMetrics() throws Exception {
        metrics.counter("apprentice.frames").increment();
        Service waiting = new Waiting("teacher", new Health(true, false, "waiting for its topics"));
        try (HttpEndpoint endpoint = HttpEndpoint.start(HttpSettings.DEFAULTS, List.of(waiting), metrics)) {
            assertThat(get(endpoint, "/health").statusCode()).isEqualTo(200);
            HttpResponse<String> ready = get(endpoint, "/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("teacher: waiting for its topics");
            assertThat(get(endpoint, "/metrics").body()).contains("apprentice_frames_total 1.0");
            assertThat(get(endpoint, "/").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void ready_beforeThereIsAService_isNo() throws Exception {
        try (HttpEndpoint endpoint = HttpEndpoint.start(HttpSettings.DEFAULTS, List.of(), metrics)) {
            assertThat(get(endpoint, "/ready").statusCode()).isEqualTo(503);
            assertThat(get(endpoint, "/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void start_onAPortInUse_namesKeyAndPort() throws IOException {
        try (HttpEndpoint first = HttpEndpoint.start(HttpSettings.DEFAULTS, List.of(), metrics)) {
            assertThatThrownBy(
                            () -> HttpEndpoint.start(new HttpSettings("127.0.0.1", first.port()), List.of(), metrics))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll("http.port", Integer.toString(first.port()));
        }
    }

    private static HttpResponse<String> get(HttpEndpoint endpoint, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
