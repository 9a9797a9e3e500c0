package io.apprentice.embedded;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An Apicurio registry as a child process. Its schemas lie in a database file in its folder, so ids stay what they were when
 * it restarts beside a broker that kept its records. The process ends with this JVM, even if that is killed.
 */
public final class EmbeddedRegistry implements AutoCloseable {

    /**
     * System property: folder of the unpacked registry. Without it, {@code embedded/target/registry} is looked for upwards from
     * this class's jar, then from the working directory.
     */
    public static final String HOME = "apprentice.registry.home";

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRegistry.class);
    private static final int LOOKS_BETWEEN_LINES = 200;
    private static final int TAIL_LINES = 15;
    private static final int FINISH_SECONDS = 6;

    private final Process process;
    private final String url;

    private final Path temporary;

    private EmbeddedRegistry(Process process, String url, Path temporary) {
        this.process = process;
        this.url = url;
        this.temporary = temporary;
    }

    /**
     * Starts a registry and returns when it answers.
     *
     * @param directory where it stores its schemas and its log; made if missing
     * @param port port on the loopback interface; 0 takes a free one
     * @throws IOException if the port is in use, the registry is not built, or it does not start; with the end of its log
     */
    public static EmbeddedRegistry start(Path directory, int port) throws IOException {
        Files.createDirectories(directory);
        int listener = Ports.claim(port, "registry");
        Path home = home();
        Path log = directory.resolve("registry.log").toAbsolutePath();
        Path database = directory.resolve("schemas").toAbsolutePath();
        Path jar = jar(home);
        // the server leaves folders in the temporary directory when it is killed: it gets one of its own
        Path temporary = directory.resolve("tmp").toAbsolutePath();
        delete(temporary);
        Files.createDirectories(temporary);
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        jar + File.pathSeparator + companion(directory).toAbsolutePath(),
                        Companion.class.getName(),
                        mainClass(jar))
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .putAll(Map.of(
                        "QUARKUS_HTTP_HOST",
                        "127.0.0.1",
                        "QUARKUS_HTTP_PORT",
                        Integer.toString(listener),
                        "APICURIO_STORAGE_KIND",
                        "sql",
                        "APICURIO_STORAGE_SQL_KIND",
                        "h2",
                        "APICURIO_DATASOURCE_URL",
                        "jdbc:h2:file:" + database));
        EmbeddedRegistry registry = new EmbeddedRegistry(builder.start(), "http://127.0.0.1:" + listener, temporary);
        try {
            registry.awaitAnswer(log);
        } catch (IOException | RuntimeException e) {
            registry.close();
            throw e;
        }
        return registry;
    }

    private static Path home() throws IOException {
        String property = System.getProperty(HOME);
        if (property != null) {
            return Path.of(property).toAbsolutePath();
        }
        Path code = code();
        for (Path start : List.of(code, Path.of("").toAbsolutePath())) {
            for (Path folder = start; folder != null; folder = folder.getParent()) {
                Path candidate = folder.resolve("embedded/target/registry");
                if (Files.isDirectory(candidate)) {
                    return candidate;
                }
            }
        }
        throw new IOException("the registry is not built: expected its folder in the system property " + HOME
                + " or at embedded/target/registry of the project, above " + code);
    }

    private static Path code() throws IOException {
        try {
            return Path.of(EmbeddedRegistry.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IOException("the registry is not built: " + e.getMessage(), e);
        }
    }

    private static Path jar(Path home) throws IOException {
        try (Stream<Path> files = Files.list(home)) {
            return files.filter(f -> f.getFileName().toString().endsWith("-runner.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no registry in " + home + ": expected a *-runner.jar"));
        }
    }

    private static String mainClass(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
        }
    }

    /** A folder with {@link Companion} and nothing else, so that nothing of ours meets the registry's own classes. */
    private static Path companion(Path directory) throws IOException {
        String name = Companion.class.getName().replace('.', '/') + ".class";
        Path folder = directory.resolve("companion");
        Files.createDirectories(folder.resolve(name).getParent());
        try (InputStream code = Companion.class.getClassLoader().getResourceAsStream(name)) {
            Files.copy(Objects.requireNonNull(code, name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        return folder;
    }

    private void awaitAnswer(Path log) throws IOException {
        HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/apis/registry/v3/system/info"))
                .timeout(Duration.ofSeconds(5))
                .build();
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (long look = 1; System.nanoTime() < end; look++) {
            try {
                if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                    throw new IOException("the registry ended with %d; the end of %s:%n%s"
                            .formatted(process.exitValue(), log, tail(log)));
                }
                if (answers(client, request)) {
                    return;
                }
                if (look % LOOKS_BETWEEN_LINES == 0) {
                    LOG.info("the registry is starting; its log is {}", log);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while the registry started", e);
            }
        }
        throw new IOException("the registry does not answer after %d s; the end of %s:%n%s"
                .formatted(PATIENCE.toSeconds(), log, tail(log)));
    }

    private static boolean answers(HttpClient client, HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static String tail(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("\tat "))
                .toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    /** Base address, http://host:port; the Confluent-compatible API is below it at {@code /apis/ccompat/v7}. */
    public String url() {
        return url;
    }

    /** Stops the process; it ends by itself when this JVM does. */
    @Override
    public void close() {
        try (OutputStream alive = process.getOutputStream()) {
            alive.flush();
        } catch (IOException ended) {
            process.destroy();
        }
        try {
            if (!process.waitFor(FINISH_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try {
            delete(temporary);
        } catch (IOException e) {
            LOG.warn("the registry's temporary folder stays until its next start: {}", e.toString());
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
