package io.apprentice.app.command;

import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.app.live.Reachable;
import io.apprentice.app.terminal.Terminal;
import io.apprentice.schemas.Pose;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.kafka.Topics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice poses}. */
@Command(
        name = "poses",
        description = "Prints the pose topic, a line per pose.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class PosesCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions options;

    @Option(names = "--json", description = "One JSON object per line, with all fields.")
    private boolean json;

    @Option(names = "--follow", description = "Print new poses until Ctrl-C; otherwise those that are there.")
    private boolean follow;

    @Option(names = "--camera", paramLabel = "ID", description = "Only this camera; repeatable.")
    private List<String> cameras = List.of();

    @Option(names = "--only", paramLabel = "OBJECT", description = "Only this object; repeatable.")
    private List<String> objects = List.of();

    @Override
    public Integer call() throws Exception {
        ApprenticeSettings settings = options.loadForClient(List.of());
        Topics topics = new Topics(settings.topics());
        Reachable.require(settings, List.of(Topic.POSES));
        AvroCodec<PoseEstimate> codec =
                AvroCodecs.connect(settings.registry(), topics).codec(Topic.POSES, PoseEstimate.class);
        String topic = topics.name(Topic.POSES);
        try (RecordReader reader = new RecordReader(settings.kafka())) {
            (follow ? reader.tail(List.of(topic), RecordReader.From.END) : reader.readToEnd(topic))
                    .mapNotNull(record -> decode(codec, record.value()).orElse(null))
                    .filter(this::wanted)
                    .map(this::line)
                    .takeUntil(line -> print(line)) // until the reader of the output is gone
                    .blockLast();
        }
        return 0;
    }

    private static boolean print(String line) {
        System.out.println(line);
        return System.out.checkError();
    }

    private static Optional<PoseEstimate> decode(AvroCodec<PoseEstimate> codec, byte[] value) {
        try {
            return Optional.of(codec.decode(value));
        } catch (UndecodableRecordException e) {
            Terminal.INSTANCE.line("skipped: " + e.getMessage());
            return Optional.empty();
        }
    }

    private boolean wanted(PoseEstimate pose) {
        return (cameras.isEmpty() || cameras.contains(pose.getCameraId()))
                && (objects.isEmpty() || objects.contains(pose.getObjectId()));
    }

    private String line(PoseEstimate p) {
        if (json) {
            return AvroJson.of(p).toString();
        }
        Pose pose = p.getObjectToCamera();
        String where = pose == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "  t %7.4f %7.4f %7.4f m  q %7.4f %7.4f %7.4f %7.4f  score %.2f  inliers %d",
                        pose.getTx(),
                        pose.getTy(),
                        pose.getTz(),
                        pose.getQx(),
                        pose.getQy(),
                        pose.getQz(),
                        pose.getQw(),
                        p.getScore(),
                        p.getInliers());
        return "%s  %s #%-6d %s %-9s v%d%s"
                .formatted(
                        p.getCapturedAt(),
                        p.getCameraId(),
                        p.getSequence(),
                        p.getObjectId(),
                        p.getStatus(),
                        p.getStudent().getVersion(),
                        where);
    }
}
