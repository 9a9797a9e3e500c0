package io.apprentice.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running {@code up}, scraped by a real Prometheus with our rules, asked what the dashboard asks. */
class MetricsIT {
    private static final Path PAGE = Path.of("../docs/metrics.md");
    private static final Path RULES =
            Path.of("../docker/prometheus").toAbsolutePath().normalize();
    private static final Path DASHBOARD = Path.of("../docker/grafana/apprentice.json");
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) ");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z0-9_]+)` \\|");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Process> started = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() throws InterruptedException {
        started.forEach(Process::destroy);
        for (Process process : started) {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void up_scrapedByPrometheus_hasEachMetricOfThePageAndAnswersEachQueryOfTheDashboard() throws Exception {
        assumeTrue(works("prometheus", "--version"), "skipped: no Prometheus (Debian: apt-get install prometheus)");
        Map<String, String> up = up();
        sendGarbage(up.get("broker"));
        String prometheus = prometheus(URI.create(up.get("metrics")).getAuthority());

        String page = Files.readString(PAGE);
        Set<String> documented = names(ROW, page);
        Set<String> always = names(ROW, page.substring(0, page.indexOf("## Only of some")));
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(2)).untilAsserted(() -> {
            Set<String> served = served(up.get("metrics"));
            assertThat(served).isSubsetOf(documented);
            assertThat(served).containsAll(always);
        });
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(2))
                .untilAsserted(() -> assertThat(queries())
                        .hasSizeGreaterThan(20)
                        .allSatisfy(query ->
                                assertThat(answer(prometheus, query)).as(query).isNotEmpty()));

        JsonNode rules = get(prometheus + "/api/v1/rules").at("/data/groups/0/rules");
        assertThat(rules).isNotEmpty().allSatisfy(rule -> {
            assertThat(rule.get("health").asText()).as(rule.toString()).isEqualTo("ok");
            assertThat(rule.at("/annotations/action").asText()).isNotEmpty();
        });
    }

    @Test
    void rules_checkedByPromtool_areValidAndPassTheirTests() throws Exception {
        assumeTrue(works("promtool", "--version"), "skipped: no promtool (Debian: apt-get install prometheus)");
        assertPasses("promtool", "check", "rules", "alerts.yaml");
        assertPasses("promtool", "test", "rules", "alerts-test.yaml");
    }

    private static void assertPasses(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(RULES.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private static boolean works(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Starts {@code up}; returns the addresses that it prints, by their names. */
    private Map<String, String> up() throws IOException {
        Path models = Path.of("../models").toAbsolutePath().normalize();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1200m",
                        "-Dapprentice.home=" + folder.resolve("home"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "up",
                        "--teacher=" + models.resolve("teacher-parcel.safetensors"),
                        "--student=" + models.resolve("student-parcel.safetensors"),
                        "--stride=5",
                        "--console-port=0")
                .redirectErrorStream(true)
                .start();
        started.add(process);
        Map<String, String> addresses = new TreeMap<>();
        BufferedReader lines = process.inputReader(UTF_8);
        StringBuilder said = new StringBuilder();
        while (!addresses.containsKey("metrics") || !addresses.containsKey("broker")) {
            String line = lines.readLine();
            assertThat(line).as("up ended:\n" + said).isNotNull();
            said.append(line).append('\n');
            String[] words = line.split("\\s+", -1);
            if (words.length == 2) {
                addresses.put(words[0], words[1]);
            }
        }
        Thread rest = new Thread(() -> lines.lines().forEach(more -> {}), "rest");
        rest.setDaemon(true);
        rest.start();
        return addresses;
    }

    /** A record that is no frame, for the metrics that appear with the first dead letter. */
    private static void sendGarbage(String broker) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("frames", "stranger".getBytes(UTF_8), "garbage".getBytes(UTF_8)))
                    .get();
        }
    }

    private String prometheus(String target) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path config = folder.resolve("prometheus.yaml");
        Files.writeString(config, """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: ["%s"]
                scrape_configs:
                  - job_name: apprentice
                    static_configs: [{targets: ["%s"]}]
                """.formatted(RULES.resolve("alerts.yaml"), target));
        started.add(new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("tsdb"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start());
        return "http://127.0.0.1:" + port;
    }

    /** A timer's maximum is a metric of its own there, and a part of the timer on the page. */
    private Set<String> served(String address) throws IOException, InterruptedException {
        Set<String> names = names(TYPE, text(address + "/metrics"));
        Set<String> all = Set.copyOf(names);
        names.removeIf(
                name -> name.endsWith("_max") && all.contains(name.substring(0, name.length() - "_max".length())));
        return names;
    }

    private static Set<String> names(Pattern pattern, String text) {
        Set<String> names = new TreeSet<>();
        for (Matcher found = pattern.matcher(text); found.find(); ) {
            names.add(found.group(1));
        }
        return names;
    }

    private static List<String> queries() throws IOException {
        List<String> queries = new ArrayList<>();
        JSON.readTree(DASHBOARD.toFile())
                .get("panels")
                .forEach(panel -> panel.path("targets")
                        .forEach(target ->
                                queries.add(target.get("expr").asText().replace("$__rate_interval", "30s"))));
        return queries;
    }

    private JsonNode answer(String prometheus, String query) throws IOException, InterruptedException {
        return get(prometheus + "/api/v1/query?query=" + URLEncoder.encode(query, UTF_8))
                .at("/data/result");
    }

    private JsonNode get(String address) throws IOException, InterruptedException {
        return JSON.readTree(text(address));
    }

    private String text(String address) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
