package io.apprentice.inference;

import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.scene.parcel.Parcel;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.TopicAdmin;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.service.Mode;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.wire.StudentVerifier;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An inference in a process of its own, to be killed. */
final class InferenceProcess {

    private InferenceProcess() {}

    /** Its log is beside the folder, with each change of its health. */
    static Process start(String broker, String registry, String prefix, Path directory, Mode mode) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        InferenceProcess.class.getName(),
                        broker,
                        registry,
                        prefix,
                        directory.toString(),
                        mode.name()))
                .redirectErrorStream(true)
                .redirectOutput(log(directory).toFile())
                .start();
    }

    static Path log(Path directory) {
        return directory.resolveSibling(directory.getFileName() + ".log");
    }

    /** In a replay, a dead member and its transaction are given up after 2 s, not 10, so that a test takes less time. */
    static ServiceContext context(String broker, String registry, String prefix, Mode mode)
            throws InterruptedException {
        Topics topics = new Topics(new TopicSettings(prefix, 1, 1, true));
        Map<String, String> properties = new HashMap<>(Map.of("bootstrap.servers", broker));
        if (mode == Mode.REPLAY) {
            properties.putAll(Map.of(
                    "session.timeout.ms", "2000", "heartbeat.interval.ms", "500", "transaction.timeout.ms", "2000"));
        }
        KafkaSettings kafka = new KafkaSettings(properties);
        TopicAdmin.ensure(kafka, topics.settings(), List.of(Topic.values()));
        AvroCodecs codecs = AvroCodecs.connect(RegistrySettings.of(registry), topics);
        return new ServiceContext(kafka, topics, codecs, new SimpleMeterRegistry());
    }

    public static void main(String[] args) throws InterruptedException {
        TorchRuntime.useThreads(1);
        Mode mode = Mode.valueOf(args[4]);
        InferenceSettings d = InferenceSettings.DEFAULTS;
        InferenceSettings settings = new InferenceSettings(
                mode, d.maxAge(), "student", d.forgetAfter(), 1, d.commitInterval(), d.host(), Path.of(args[3]));
        try (InferenceService service = new InferenceService(
                context(args[0], args[1], args[2], mode), settings, List.of(Parcel.model()), StudentVerifier.NONE)) {
            service.start();
            for (String said = ""; !service.termination().isDone(); Thread.sleep(50)) {
                String now = service.health().detail();
                if (!now.equals(said)) {
                    System.out.println(now);
                    said = now;
                }
            }
        }
    }
}
