package io.apprentice.app.live;

import io.apprentice.console.ConsoleSettings;
import io.apprentice.inference.InferenceSettings;
import io.apprentice.ingest.IngestSettings;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.service.HttpSettings;
import io.apprentice.teacher.TeacherSettings;
import io.apprentice.trainer.StudentSettings;
import java.util.HashMap;
import java.util.Map;

/**
 * All settings, one part per service.
 *
 * @param kafka any property of a Kafka client; without {@code bootstrap.servers} a broker is run here
 * @param registry where the schemas are; without a URL a registry is run here
 * @param objects object id to {@code builtin:parcel} or a mesh file (PLY or OBJ); empty: the parcel, or what the ground
 *     truth of a BOP camera names
 */
public record ApprenticeSettings(
        KafkaSettings kafka,
        RegistrySettings registry,
        TopicSettings topics,
        EmbeddedSettings embedded,
        Map<String, String> objects,
        IngestSettings ingest,
        TeacherSettings teacher,
        StudentSettings student,
        InferenceSettings inference,
        ModelSettings models,
        ConsoleSettings console,
        HttpSettings http) {

    /** Copies the objects. */
    public ApprenticeSettings {
        objects = Map.copyOf(objects);
    }

    /**
     * The defaults.
     *
     * @param kafka where the broker is if nothing else is set
     * @param registry where the registry is if nothing else is set
     */
    public static ApprenticeSettings defaults(KafkaSettings kafka, RegistrySettings registry) {
        InferenceSettings inference = InferenceSettings.DEFAULTS;
        return new ApprenticeSettings(
                kafka,
                registry,
                TopicSettings.DEFAULTS,
                EmbeddedSettings.DEFAULTS,
                Map.of(),
                IngestSettings.DEFAULTS.withTokenFile(Home.work().resolve("push-token")),
                TeacherSettings.DEFAULTS,
                StudentSettings.DEFAULTS,
                new InferenceSettings(
                        inference.mode(),
                        inference.maxAge(),
                        inference.student(),
                        inference.forgetAfter(),
                        inference.threads(),
                        inference.commitInterval(),
                        inference.host(),
                        Home.scratch().resolve("streams")),
                ModelSettings.DEFAULTS,
                ConsoleSettings.DEFAULTS.withTokenFile(Home.work().resolve("console-tokens")),
                HttpSettings.DEFAULTS);
    }

    /** The same with these addresses. */
    ApprenticeSettings connectedTo(String broker, String registryUrl) {
        Map<String, String> properties = new HashMap<>(kafka.properties());
        properties.put(Infrastructure.BOOTSTRAP, broker);
        return new ApprenticeSettings(
                new KafkaSettings(properties),
                new RegistrySettings(registryUrl, registry.patience()),
                topics,
                embedded,
                objects,
                ingest,
                teacher,
                student,
                inference,
                models,
                console,
                http);
    }
}
