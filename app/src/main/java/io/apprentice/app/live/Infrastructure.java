package io.apprentice.app.live;

import io.apprentice.app.terminal.Failures;
import io.apprentice.app.terminal.Terminal;
import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.lab.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/** The broker and the registry of a run: those that the settings name, or else our own, started side by side. */
public final class Infrastructure implements AutoCloseable {
    public static final String BOOTSTRAP = "bootstrap.servers";
    public static final int USUAL_BROKER_PORT = 9092;
    public static final int USUAL_REGISTRY_PORT = 8081;

    private final ApprenticeSettings settings;
    private final List<AutoCloseable> servers;
    private final Optional<Path> scratch;

    private Infrastructure(ApprenticeSettings settings, List<AutoCloseable> servers, Optional<Path> scratch) {
        this.settings = settings;
        this.servers = servers;
        this.scratch = scratch;
    }

    /**
     * Starts what the settings do not name.
     *
     * @throws UserError if a port is in use, or a server does not start
     */
    public static Infrastructure start(ApprenticeSettings settings, Terminal terminal) {
        List<AutoCloseable> servers = Collections.synchronizedList(new ArrayList<>());
        boolean keep = !settings.embedded().data().toString().isEmpty();
        Path data = keep ? settings.embedded().data() : freshDirectory();
        Optional<Path> scratch = keep ? Optional.empty() : Optional.of(data);
        EmbeddedSettings embedded = settings.embedded();
        CompletableFuture<String> registry = settings.registry().url().isEmpty()
                ? async(() -> {
                    EmbeddedRegistry r = EmbeddedRegistry.start(
                            data.resolve("registry"),
                            port("embedded.registry-port", embedded.registryPort(), USUAL_REGISTRY_PORT));
                    servers.add(r);
                    terminal.line("registry  " + r.url());
                    return r.url();
                })
                : CompletableFuture.completedFuture(settings.registry().url());
        String named = settings.kafka().properties().get(BOOTSTRAP);
        CompletableFuture<String> broker = named == null
                ? async(() -> {
                    EmbeddedBroker b = EmbeddedBroker.start(
                            data.resolve("broker"),
                            port("embedded.broker-port", embedded.brokerPort(), USUAL_BROKER_PORT));
                    servers.add(b);
                    terminal.line("broker    " + b.bootstrapServers());
                    return b.bootstrapServers();
                })
                : CompletableFuture.completedFuture(named);
        Infrastructure infrastructure = new Infrastructure(settings, servers, scratch);
        try {
            CompletableFuture.allOf(registry, broker).join();
        } catch (CompletionException e) {
            registry.exceptionally(x -> null).join();
            broker.exceptionally(x -> null).join();
            infrastructure.close();
            throw new UserError(Failures.explain(e), e);
        }
        return new Infrastructure(settings.connectedTo(broker.join(), registry.join()), servers, scratch);
    }

    /** Lets commands in other terminals find what runs here. */
    public RunningInstance announce(String metricsUrl) {
        RunningInstance here = new RunningInstance(
                settings.kafka().bootstrapServers(), settings.registry().url(), metricsUrl);
        here.announce();
        return here;
    }

    /** The settings with the addresses of what was started. */
    ApprenticeSettings settings() {
        return settings;
    }

    @Override
    public void close() {
        LiveRun.closeAll(servers);
        scratch.ifPresent(Infrastructure::delete);
    }

    private static <T> CompletableFuture<T> async(Callable<T> start) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(start.call());
                    } catch (Exception e) {
                        result.completeExceptionally(e);
                    }
                },
                "infrastructure");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private static int port(String key, int wanted, int usual) {
        if (wanted != 0) {
            if (!isFree(wanted)) {
                throw new UserError("%s: port %d is in use; expected a free one, 0 finds one".formatted(key, wanted));
            }
            return wanted;
        }
        return isFree(usual) ? usual : 0;
    }

    /** Whether nothing listens on a port of the loopback interface. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static Path freshDirectory() {
        try {
            Path scratch = Files.createDirectories(Home.scratch());
            deleteLeftOvers(scratch.getParent());
            return scratch;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Folders are named for the process that they belong to; those of killed ones are still there. */
    private static void deleteLeftOvers(Path runs) throws IOException {
        try (Stream<Path> folders = Files.list(runs)) {
            folders.filter(f -> f.getFileName().toString().matches("\\d+"))
                    .filter(f -> ProcessHandle.of(Long.parseLong(f.getFileName().toString()))
                            .isEmpty())
                    .forEach(Infrastructure::delete);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
