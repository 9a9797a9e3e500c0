package io.apprentice.benchmarks;

import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.streaming.avro.RegistrySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A broker and a registry in this process, and a folder for them and for what a benchmark keeps; deleted at the end. */
public final class Servers implements AutoCloseable {
    private final Path directory;
    private final EmbeddedBroker broker;
    private final EmbeddedRegistry registry;

    /** @throws IOException if one of them does not start */
    public Servers() throws IOException {
        directory = Files.createTempDirectory("benchmark");
        broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
        registry = EmbeddedRegistry.start(directory.resolve("registry"), 0);
    }

    /** The folder; the benchmark may add what it likes. */
    public Path directory() {
        return directory;
    }

    /** The broker's address, host:port. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Where the registry is. */
    public RegistrySettings registry() {
        return RegistrySettings.of(registry.url());
    }

    /**
     * A network file of the project.
     *
     * @throws IOException if the benchmark was not started within the project
     */
    public static Path model(String name) throws IOException {
        return project().resolve("models").resolve(name);
    }

    /**
     * The project's folder.
     *
     * @throws IOException if the benchmark was not started within the project
     */
    public static Path project() throws IOException {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve("models"))) {
                return folder;
            }
        }
        throw new IOException("expected to be started within the project");
    }

    @Override
    public void close() throws IOException {
        registry.close();
        broker.close();
        delete(directory);
    }

    /**
     * Deletes a folder and all that is in it.
     *
     * @throws IOException if that fails
     */
    public static void delete(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
