package io.apprentice.app.command.experiment;

import io.apprentice.app.live.Networks;
import io.apprentice.lab.experiment.Experiment;
import io.apprentice.lab.experiment.VideoFootage;
import io.apprentice.pose.object.ObjectModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice experiment cube}. */
@Command(
        name = "cube",
        description = {
            "A real video (visp-cube under --data), streamed --loops times.",
            "",
            ExperimentCommand.ANSWERED_FIRST,
            ExperimentCommand.WRITES,
            "",
        })
final class CubeCommand extends StudentExperimentCommand {
    @Option(
            names = "--loops",
            paramLabel = "N",
            defaultValue = "4",
            description = "How often the video is streamed. Default: 4.")
    private int loops;

    @Mixin
    private ExampleData data;

    CubeCommand() {
        super(
                "cube",
                List.of(
                        "frozen",
                        "none",
                        "pairwise",
                        "distribution:official",
                        "distribution:converged",
                        "distribution:scale-aware"));
    }

    @Override
    int loops() {
        return loops;
    }

    @Override
    String run(Experiment experiment) throws IOException {
        VideoFootage film = film(data.folder("cube", "visp-cube"));
        Networks networks = networks(film.object());
        return experiment.onFilm(film, networks.teacher().orElseThrow(), networks.student());
    }

    /** The video of a folder like visp-cube. */
    static VideoFootage film(Path cube) throws IOException {
        return new VideoFootage(
                cube.resolve("cube_video.mp4"),
                ObjectModels.load("cube", cube.resolve("model/cube.obj").toString()),
                cube.resolve("camera.json"),
                cube.resolve("scene_gt.json"));
    }
}
