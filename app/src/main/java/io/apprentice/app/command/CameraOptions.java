package io.apprentice.app.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.apprentice.app.command.value.DurationConverter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of commands that run cameras; short for settings under {@code ingest}. */
final class CameraOptions {
    @Option(
            names = "--camera",
            paramLabel = "SPEC",
            description = {
                "A camera: [id=]synthetic:OBJECT, video:FILE, images:DIR, bop:SCENE_DIR, or live: rtsp://HOST/...,",
                "http://..., srt://..., udp://..., v4l2:/dev/video0, with #key=value&... (docs/cameras.md); repeatable.",
                "Default: synthetic:parcel."
            })
    private List<String> cameras = List.of();

    @Option(names = "--rate", paramLabel = "RATE", description = "real-time (default), frames per second, or max.")
    private String rate;

    @Option(names = "--loop", description = "Start a camera again when it ends; live ones come back in any case.")
    private boolean loop;

    @Option(
            names = "--intrinsics",
            paramLabel = "FILE",
            description = {
                "The cameras' calibration: our JSON, ROS, OpenCV, RealSense, COLMAP or BOP (docs/cameras.md).",
                "Default: the source's own."
            })
    private Path intrinsics;

    @Option(
            names = "--shift",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "When light and background of synthetic cameras change for good, for example 60s.")
    private Duration shift;

    /** As {@code key=value}. */
    List<String> settings() {
        List<String> settings = new ArrayList<>();
        if (!cameras.isEmpty()) {
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            cameras.forEach(list::add);
            settings.add("ingest.cameras=" + list);
        }
        if (rate != null) {
            settings.add("ingest.rate=" + rate);
        }
        if (loop) {
            settings.add("ingest.loop=true");
        }
        if (intrinsics != null) {
            settings.add("ingest.intrinsics=" + intrinsics);
        }
        if (shift != null) {
            settings.add("ingest.synthetic.shift=" + shift);
        }
        return settings;
    }
}
