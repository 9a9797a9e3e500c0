package io.apprentice.streaming.avro;

import com.microsoft.kiota.ApiException;
import io.apicurio.registry.resolver.client.RegistryClientFacade;
import io.apicurio.registry.resolver.client.RegistryClientFacadeFactory;
import io.apicurio.registry.resolver.config.SchemaResolverConfig;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to one registry, shared by all codecs. It distinguishes an unavailable registry from an unknown
 * schema. Thread-safe.
 */
final class Registry {

    private static final Logger log = LoggerFactory.getLogger(Registry.class);
    private static final int LOOKS_BETWEEN_LINES = 10;
    private static final int ATTEMPTS = 20;
    private static final long UNKNOWN_FOR_NANOS = Duration.ofSeconds(10).toNanos();
    private static final int MOST_UNKNOWN = 1000;
    /** Package prefix of the exceptions of Apicurio's HTTP client. */
    private static final String VERTX = "io.vertx.";

    private static final String YEARS = Long.toString(Duration.ofDays(3650).toMillis());

    /**
     * Logger of a warning that all clients share one Vert.x, which is intended. The field keeps it from garbage
     * collection.
     */
    private static final java.util.logging.Logger CLIENT_LOG =
            java.util.logging.Logger.getLogger("io.apicurio.registry.client.common");

    static {
        CLIENT_LOG.setLevel(Level.SEVERE);
        // otherwise the client creates a folder in the temporary directory, which stays if the process is killed
        System.setProperty("vertx.disableFileCPResolving", "true");
    }

    private final RegistrySettings settings;
    private final URI info;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();
    private final Optional<SchemaMemory> memory;
    private final RegistryClientFacade client;
    private final Set<Integer> known = ConcurrentHashMap.newKeySet();
    private final Map<Integer, Long> unknownUntil = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Long> eldest) {
            return size() > MOST_UNKNOWN;
        }
    });

    /** @param memory of what this registry answered before */
    Registry(RegistrySettings settings, Optional<SchemaMemory> memory) {
        this.settings = settings;
        this.memory = memory;
        info = URI.create(settings.api() + "/system/info");
        RegistryClientFacade asking = RegistryClientFacadeFactory.create(new SchemaResolverConfig(configuration()));
        client = memory.isPresent() ? new RememberingClient(asking, memory.get()) : asking;
    }

    RegistryClientFacade client() {
        return client;
    }

    /**
     * Configuration of Apicurio's serdes: Confluent's framing with content ids, which never change, so no schema is
     * fetched twice.
     */
    Map<String, Object> configuration() {
        Map<String, Object> c = new HashMap<>();
        c.put("apicurio.registry.url", settings.api());
        c.put("apicurio.registry.use-id", "contentId");
        c.put("apicurio.registry.headers.enabled", "false");
        c.put("apicurio.registry.check-period-ms", YEARS);
        c.put("apicurio.registry.retry-count", "0");
        return c;
    }

    /**
     * Returns when the registry answers, or at once where schemas are remembered; logs that it waits or that it does not.
     *
     * @throws IllegalStateException if something else answers, or nothing within the settings' patience
     */
    void awaitUnlessRemembered() throws InterruptedException {
        await(memory.map(SchemaMemory::size).orElse(0));
    }

    /** @param remembered how many answers make waiting unnecessary */
    private void await(int remembered) throws InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(info).timeout(Duration.ofSeconds(5)).build();
        long deadline = System.nanoTime() + settings.patience().toNanos();
        for (int look = 0; ; look++) {
            String reason;
            try {
                HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200 && answer.body().contains("Apicurio")) {
                    return;
                }
                reason = "HTTP " + answer.statusCode();
                if (answer.statusCode() < 500) {
                    throw new IllegalStateException(
                            "registry.url: expected an Apicurio registry at %s, but the server at %s (%s) is not one"
                                    .formatted(settings.url(), info, reason));
                }
            } catch (IOException e) {
                reason = e.toString();
            }
            if (remembered > 0) {
                log.warn(
                        "the registry at {} does not answer; its {} answers from before are used until it does",
                        settings.url(),
                        remembered);
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("registry.url: no registry answers at %s after %d s (%s)"
                        .formatted(settings.url(), settings.patience().toSeconds(), reason));
            }
            if (look % LOOKS_BETWEEN_LINES == 0) {
                log.warn("waiting for the registry at {}", settings.url());
            }
            Thread.sleep(500);
        }
    }

    /**
     * Runs work that needs the registry, and waits while the registry is unavailable.
     *
     * @throws IllegalStateException if it is unavailable for longer than the settings' patience
     */
    <R> R patiently(Supplier<R> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.get();
            } catch (RuntimeException e) {
                if (!isAway(e) || attempt == ATTEMPTS) {
                    throw e;
                }
                try {
                    Thread.sleep(100);
                    await(0);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("interrupted while waiting for the registry", interrupted);
                }
            }
        }
    }

    /** Whether the registry has a schema id. An unknown id is not requested again for ten seconds. */
    boolean knows(int id) {
        if (known.contains(id)) {
            return true;
        }
        Long until = unknownUntil.get(id);
        if (until != null && System.nanoTime() - until < 0) {
            return false;
        }
        boolean found = patiently(() -> {
            try {
                return !client.getSchemaByContentId((long) id).isEmpty();
            } catch (RuntimeException e) {
                if (isAway(e)) {
                    throw e;
                }
                return false;
            }
        });
        if (found) {
            known.add(id);
        } else {
            unknownUntil.put(id, System.nanoTime() + UNKNOWN_FOR_NANOS);
        }
        return found;
    }

    /** Makes the registry know a schema under a subject; nothing changes if it does already. */
    void register(String subject, String schema) {
        patiently(() -> client.createSchema(
                "AVRO", "default", subject, null, "FIND_OR_CREATE_VERSION", false, schema, Set.of()));
    }

    /** Whether nobody has answered. */
    static boolean isAway(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketException
                    || cause instanceof UnknownHostException
                    || cause instanceof TimeoutException
                    || cause.getClass().getName().startsWith(VERTX)
                    || (cause instanceof ApiException answer && answer.getResponseStatusCode() >= 500)) {
                return true;
            }
        }
        return false;
    }
}
