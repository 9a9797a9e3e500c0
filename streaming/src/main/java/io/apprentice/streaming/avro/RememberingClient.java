package io.apprentice.streaming.avro;

import io.apicurio.registry.resolver.client.RegistryArtifactReference;
import io.apicurio.registry.resolver.client.RegistryClientFacade;
import io.apicurio.registry.resolver.client.RegistryVersionCoordinates;
import io.apicurio.registry.resolver.strategy.ArtifactReference;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A client of the registry that remembers what our codecs ask, and answers from that while the registry is away. What an id
 * means never changes, so an old answer is right. Thread-safe as the client is.
 */
final class RememberingClient implements RegistryClientFacade {

    /** A question to a registry that is away may take seconds. */
    private static final long AWAY_NANOS = Duration.ofSeconds(10).toNanos();

    private final RegistryClientFacade registry;
    private final SchemaMemory memory;
    private volatile long awayUntil = System.nanoTime();

    RememberingClient(RegistryClientFacade registry, SchemaMemory memory) {
        this.registry = registry;
        this.memory = memory;
    }

    @Override
    public String getSchemaByContentId(Long id) {
        return ask("id-" + id, () -> registry.getSchemaByContentId(id));
    }

    /** None, because our schemas include what they refer to; those of others are as the registry says. */
    @Override
    public List<RegistryArtifactReference> getReferencesByContentId(long id) {
        try {
            return isAway() && memory.get("id-" + id).isPresent() ? List.of() : registry.getReferencesByContentId(id);
        } catch (RuntimeException e) {
            if (Registry.isAway(e) && memory.get("id-" + id).isPresent()) {
                return List.of();
            }
            throw e;
        }
    }

    @Override
    public RegistryVersionCoordinates createSchema(
            String type,
            String group,
            String artifact,
            String version,
            String ifExists,
            boolean canonical,
            String schema,
            Set<RegistryArtifactReference> references) {
        String question = "subject-" + SchemaMemory.sha256(artifact + "\n" + schema);
        String answer = ask(question, () -> {
            RegistryVersionCoordinates c =
                    registry.createSchema(type, group, artifact, version, ifExists, canonical, schema, references);
            memory.put("id-" + c.getContentId(), schema); // who writes reads that again after a restart
            return String.join(
                    "\n",
                    Long.toString(c.getGlobalId()),
                    Long.toString(c.getContentId()),
                    c.getGroupId(),
                    c.getArtifactId(),
                    c.getVersion());
        });
        String[] parts = answer.split("\n", -1);
        return RegistryVersionCoordinates.create(
                Long.valueOf(parts[0]), Long.valueOf(parts[1]), parts[2], parts[3], parts[4]);
    }

    private boolean isAway() {
        return System.nanoTime() - awayUntil < 0;
    }

    /** Asks; while the registry is away, once in a while. */
    private String ask(String question, Supplier<String> ask) {
        Optional<String> remembered = isAway() ? memory.get(question) : Optional.empty();
        if (remembered.isPresent()) {
            return remembered.get();
        }
        String answer;
        try {
            answer = ask.get();
        } catch (RuntimeException e) {
            if (!Registry.isAway(e)) {
                throw e;
            }
            awayUntil = System.nanoTime() + AWAY_NANOS;
            return memory.get(question).orElseThrow(() -> e);
        }
        memory.put(question, answer);
        return answer;
    }

    @Override
    public String getSchemaByGlobalId(long id, boolean dereferenced) {
        return registry.getSchemaByGlobalId(id, dereferenced);
    }

    @Override
    public String getSchemaByGAV(String group, String artifact, String version) {
        return registry.getSchemaByGAV(group, artifact, version);
    }

    @Override
    public String getSchemaByContentHash(String hash) {
        return registry.getSchemaByContentHash(hash);
    }

    @Override
    public List<RegistryArtifactReference> getReferencesByGlobalId(long id) {
        return registry.getReferencesByGlobalId(id);
    }

    @Override
    public List<RegistryArtifactReference> getReferencesByGAV(String group, String artifact, String version) {
        return registry.getReferencesByGAV(group, artifact, version);
    }

    @Override
    public List<RegistryArtifactReference> getReferencesByContentHash(String hash) {
        return registry.getReferencesByContentHash(hash);
    }

    @Override
    public List<RegistryVersionCoordinates> searchVersionsByContent(
            String schema, String type, ArtifactReference reference, boolean canonical) {
        return registry.searchVersionsByContent(schema, type, reference, canonical);
    }

    @Override
    public RegistryVersionCoordinates getVersionCoordinatesByGAV(String group, String artifact, String version) {
        return registry.getVersionCoordinatesByGAV(group, artifact, version);
    }

    @Override
    public Object getClient() {
        return registry.getClient();
    }
}
