package io.apprentice.trainer;

import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.service.Mode;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.wire.StudentSigner;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A trainer in a process of its own, to be killed. */
final class TrainerProcess {

    private TrainerProcess() {}

    static Process start(String student, String broker, String registry, String prefix, Path log) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TrainerProcess.class.getName(),
                        student,
                        broker,
                        registry,
                        prefix))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    static ServiceContext context(String broker, String registry, String prefix) throws InterruptedException {
        return context(broker, registry, prefix, 1);
    }

    static ServiceContext context(String broker, String registry, String prefix, int cameraPartitions)
            throws InterruptedException {
        Topics topics = new Topics(new TopicSettings(prefix, cameraPartitions, 1, true));
        AvroCodecs codecs = AvroCodecs.connect(RegistrySettings.of(registry), topics);
        return new ServiceContext(KafkaSettings.of(broker), topics, codecs, new SimpleMeterRegistry());
    }

    public static void main(String[] args) throws InterruptedException {
        TorchRuntime.useThreads(1);
        StudentSettings settings = TinyStudent.settings(args[0], Mode.REPLAY, 1);
        try (TrainerService service = new TrainerService(
                context(args[1], args[2], args[3]),
                settings,
                TinyStudent.OBJECTS,
                TinyStudent.start(),
                StudentSigner.NONE)) {
            service.start();
            service.termination().join();
        }
    }
}
