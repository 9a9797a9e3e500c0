package io.apprentice.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.KafkaSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor in front of real servers. */
class ClusterIT {

    @TempDir
    private Path folder;

    private static ApprenticeSettings settings(String broker, String registry) {
        return ApprenticeSettings.defaults(KafkaSettings.of(broker), RegistrySettings.of(registry));
    }

    @Test
    void broker_givenTopicsOfOtherSizes_namesThem() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            ApprenticeSettings settings = settings(broker.bootstrapServers(), "");

            List<Finding> fresh = Cluster.broker(settings, () -> 0);
            assertThat(fresh).allSatisfy(finding -> assertThat(finding.toDo()).isEmpty());
            assertThat(fresh.get(0).text()).contains("127.0.0.1:", "1 broker");
            assertThat(fresh.get(1).text())
                    .isEqualTo("0 of %d are there, the others will be created".formatted(Topic.values().length));

            admin.createTopics(List.of(
                            new NewTopic("frames", 2, (short) 1).configs(Map.of("max.message.bytes", "1000000"))))
                    .all()
                    .get();
            assertThat(Cluster.broker(settings, () -> 900_000).get(1).toDo().orElseThrow())
                    .contains("topics.camera-partitions=4", "{frames=2}")
                    .doesNotContain("max.message.bytes");
            assertThat(Cluster.broker(settings, () -> 1_000_000).get(1).toDo().orElseThrow())
                    .contains("frames takes records of up to 1,000,000 bytes", "a picture has 1,000,000");
        }
    }

    @Test
    void broker_givenAddressThatNobodyReaches_namesIt() throws Exception {
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(folder, 0, Map.of("advertised.listeners", "PLAINTEXT://kafka.invalid:9092"))) {
            List<Finding> findings = Cluster.broker(settings(broker.bootstrapServers(), ""), () -> 0);
            assertThat(findings).hasSize(1);
            assertThat(findings.get(0).toDo().orElseThrow())
                    .isEqualTo(broker.bootstrapServers()
                            + " answers, but sends its clients to kafka.invalid:9092 (no such host);"
                            + " set the broker's advertised.listeners to an address that this machine reaches");
        }
    }

    /** A registry speaks HTTP: whoever takes its answer for Kafka's would allocate 1.2 GB. */
    @Test
    void broker_givenAddressOfARegistry_saysThatNoBrokerAnswers() throws Exception {
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(folder.resolve("registry"), 0)) {
            String address = registry.url().replace("http://", "");
            try (EmbeddedBroker broker = EmbeddedBroker.start(
                    folder.resolve("broker"), 0, Map.of("advertised.listeners", "PLAINTEXT://" + address))) {
                assertThat(toDo(broker.bootstrapServers()))
                        .contains("sends its clients to " + address + " (no broker answers there)");
            }
            assertThat(toDo(address)).startsWith("no broker answers at " + address);
        }
    }

    private static String toDo(String broker) {
        return Cluster.broker(settings(broker, ""), () -> 0).get(0).toDo().orElseThrow();
    }

    @Test
    void registry_isAsked() throws Exception {
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(folder, 0);
                EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
            assertThat(Cluster.registry(settings("", registry.url())).toDo()).isEmpty();
            String wrong = "http://" + broker.bootstrapServers();
            assertThat(Cluster.registry(settings("", wrong)).toDo().orElseThrow())
                    .contains("registry.url", wrong);
        }
    }
}
