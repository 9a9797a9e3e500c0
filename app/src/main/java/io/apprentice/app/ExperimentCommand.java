package io.apprentice.app;

import io.apprentice.app.experiment.Experiment;
import io.apprentice.app.experiment.Mode;
import io.apprentice.app.experiment.SceneFootage;
import io.apprentice.app.experiment.VideoFootage;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.ObjectModels;
import io.apprentice.pose.scene.SceneSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code apprentice experiment}. */
@Command(
        name = "experiment",
        description = {
            "Measures how students learn from their teacher on a stream, with several seeds and ways of learning.",
            "",
            "  cube    a real video (visp-cube under --data), streamed --loops times",
            "  shift   synthetic; light, table and background change for good after two minutes",
            "",
            "Each frame is answered before its label is learnt from. Kafka is not involved. Finished runs are kept in",
            "--out; the same command goes on. Writes runs.csv, curves.csv, curves.png, table.md and pictures of frames.",
            "",
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        versionProvider = Main.Version.class)
final class ExperimentCommand implements Callable<Integer> {
    private static final double SHIFT_SECONDS = 120;

    @Parameters(paramLabel = "NAME", description = "cube or shift")
    private Name name;

    @Option(names = "--teacher", paramLabel = "FILE", description = "The teacher. Default: the one for the object.")
    private Path teacher = Path.of("");

    @Option(
            names = "--student",
            paramLabel = "FILE",
            description = "The student to start with. Default: the one for the object.")
    private Path student = Path.of("");

    @Option(
            names = "--modes",
            split = ",",
            paramLabel = "MODE",
            description = {
                "frozen, none, pairwise, distribution:official, distribution:converged, distribution:scale-aware;",
                "for shift also MODE/until-shift. Default: all for cube; frozen, scale-aware/until-shift, scale-aware for shift."
            })
    private List<String> modes = List.of();

    @Option(names = "--seeds", paramLabel = "N", defaultValue = "5", description = "Seeds 1 to N. Default: 5.")
    private int seeds;

    @Option(
            names = "--loops",
            paramLabel = "N",
            defaultValue = "4",
            description = "cube: how often the video is streamed. Default: 4.")
    private int loops;

    @Option(
            names = "--stride",
            paramLabel = "N",
            defaultValue = "4",
            description = "The teacher labels every N-th frame. Default: 4.")
    private int stride;

    @Option(
            names = "--steps-per-label",
            paramLabel = "X",
            defaultValue = "1",
            description = "Gradient steps per label. Default: 1.")
    private double stepsPerLabel;

    @Option(
            names = "--publish-every",
            paramLabel = "N",
            defaultValue = "50",
            description = "Steps between two versions. Default: 50.")
    private int publishEvery;

    @Option(
            names = "--refine",
            description = "Correct the teacher's labels by comparing the frames with the object's known appearance.")
    private boolean refine;

    @Option(
            names = "--seconds",
            paramLabel = "X",
            defaultValue = "300",
            description = "shift: length of the stream. Default: 300.")
    private double seconds;

    @Option(
            names = "--fps",
            paramLabel = "X",
            defaultValue = "5",
            description = "shift: frames per second of the stream. Default: 5.")
    private double fps;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where visp-cube lies. Default: the environment variable APPRENTICE_DATA.")
    private Path data;

    @Option(names = "--out", paramLabel = "DIR", description = "Where to write. Default: .apprentice/experiments/NAME.")
    private Path out;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Begin no run after this time, for example 30m.")
    private Duration limit;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of the networks. Default: one per core.")
    private Integer threads;

    enum Name {
        CUBE,
        SHIFT
    }

    @Override
    public Integer call() throws Exception {
        Terminal terminal = Terminal.INSTANCE;
        terminal.useStandardOutput();
        if (threads != null) {
            TorchRuntime.useThreads(threads);
        }
        String lower = name.name().toLowerCase(Locale.ROOT);
        Path folder = out != null ? out : Home.work().resolve("experiments").resolve(lower);
        List<String> chosen = !modes.isEmpty()
                ? modes
                : name == Name.CUBE
                        ? List.of(
                                "frozen",
                                "none",
                                "pairwise",
                                "distribution:official",
                                "distribution:converged",
                                "distribution:scale-aware")
                        : List.of("frozen", "distribution:scale-aware/until-shift", "distribution:scale-aware");
        try (StopSignal stop = new StopSignal()) {
            Experiment experiment = new Experiment(
                    new Experiment.Options(
                            lower,
                            chosen.stream().map(Mode::of).toList(),
                            seeds,
                            loops,
                            stride,
                            stepsPerLabel,
                            publishEvery,
                            refine,
                            Optional.ofNullable(limit),
                            folder),
                    terminal::line,
                    stop.requested()::isDone);
            terminal.line(name == Name.CUBE ? cube(experiment) : shift(experiment));
            terminal.line("written to " + folder);
        }
        return 0;
    }

    private String cube(Experiment experiment) throws IOException {
        String said = System.getenv("APPRENTICE_DATA");
        Path root = data != null ? data : said == null ? null : Path.of(said);
        if (root == null || !Files.isDirectory(root.resolve("visp-cube"))) {
            throw new UserError(
                    "cube: expected --data DIR (or APPRENTICE_DATA) with visp-cube in it, got %s".formatted(root));
        }
        Path cube = root.resolve("visp-cube");
        ObjectModel object =
                ObjectModels.load("cube", cube.resolve("model/cube.obj").toString());
        List<ObjectModel> objects = List.of(object);
        VideoFootage film = new VideoFootage(
                cube.resolve("cube_video.mp4"), object, cube.resolve("camera.json"), cube.resolve("scene_gt.json"));
        return experiment.onFilm(
                film,
                Networks.require(Networks.Role.TEACHER, teacher, objects),
                Networks.require(Networks.Role.STUDENT, student, objects));
    }

    private String shift(Experiment experiment) throws IOException {
        if (!(fps > 0 && seconds > SHIFT_SECONDS)) {
            throw new UserError("shift: expected --fps above 0 and --seconds above %.0f, got %s and %s"
                    .formatted(SHIFT_SECONDS, fps, seconds));
        }
        ObjectModel parcel = ObjectModels.load("parcel", "builtin:parcel");
        List<ObjectModel> objects = List.of(parcel);
        NetworkWeights knows = Networks.require(Networks.Role.TEACHER, teacher, objects);
        NetworkWeights learns = Networks.require(Networks.Role.STUDENT, student, objects);
        int shift = (int) Math.round(SHIFT_SECONDS * fps);
        int frames = (int) Math.round(seconds * fps);
        return experiment.onShift(
                seed -> new SceneFootage(
                        parcel, new SceneSettings(7000 + seed, 640, 480, fps, OptionalLong.of(shift)), frames),
                shift,
                knows,
                learns);
    }
}
