package io.apprentice.app.command;

import io.apprentice.app.live.Home;
import io.apprentice.app.live.Networks;
import io.apprentice.app.terminal.StopSignal;
import io.apprentice.app.terminal.Terminal;
import io.apprentice.lab.UserError;
import io.apprentice.lab.experiment.Experiment;
import io.apprentice.lab.experiment.Mode;
import io.apprentice.lab.experiment.SceneFootage;
import io.apprentice.lab.experiment.TeacherError;
import io.apprentice.lab.experiment.VideoFootage;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.NamedObjects;
import io.apprentice.scene.SceneSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice experiment}. */
@Command(
        name = "experiment",
        description = {
            "Measures how well students learn from their teacher, with several seeds and ways of learning.",
            "Finished runs are kept in --out; the same command goes on.",
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "NAME",
        versionProvider = Version.class,
        subcommands = {
            ExperimentCommand.Cube.class,
            TeacherCommand.class,
            ExperimentCommand.Shift.class,
            ExperimentCommand.WrongTeacher.class,
            LmoCommand.class
        })
public final class ExperimentCommand {
    private static final String ANSWERED_FIRST =
            "Each frame is answered before its label is learnt from. Kafka is not involved.";
    private static final String WRITES = "Writes runs.csv, curves.csv, curves.png, table.md and pictures of frames.";

    /** What all experiments have. */
    static final class Common {
        @Option(names = "--seeds", paramLabel = "N", defaultValue = "5", description = "Seeds 1 to N. Default: 5.")
        private int seeds;

        @Option(
                names = "--out",
                paramLabel = "DIR",
                description = "Where to write. Default: .apprentice/experiments/NAME.")
        private Path out;

        @Option(
                names = "--for",
                paramLabel = "TIME",
                converter = DurationConverter.class,
                description = "Begin no run after this time, for example 30m.")
        private Duration limit;

        @Option(names = "--threads", paramLabel = "N", description = "Threads of the networks. Default: one per core.")
        private Integer threads;

        int seeds() {
            return seeds;
        }

        Optional<Duration> limit() {
            return Optional.ofNullable(limit);
        }

        Path folder(String name) {
            return out != null ? out : Home.work().resolve("experiments").resolve(name);
        }

        void useThreads() {
            if (threads != null) {
                TorchRuntime.useThreads(threads);
            }
        }
    }

    /** Where other people's pictures lie. */
    static final class ExampleData {
        @Option(
                names = "--data",
                paramLabel = "DIR",
                description = "Where the experiment's data lies. Default: the environment variable APPRENTICE_DATA.")
        private Path data;

        /**
         * A part of it.
         *
         * @throws UserError if it is not there
         */
        Path folder(String experiment, String name) {
            String said = System.getenv("APPRENTICE_DATA");
            Path root = data != null ? data : said == null ? null : Path.of(said);
            if (root == null || !Files.isDirectory(root.resolve(name))) {
                throw new UserError("%s: expected --data DIR (or APPRENTICE_DATA) with %s in it, got %s"
                        .formatted(experiment, name, root));
            }
            return root.resolve(name);
        }
    }

    /** A student that learns along a film. */
    abstract static class OnStream implements Callable<Integer> {
        private final String name;
        private final List<String> usualModes;

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
                    "MODE/adaptive: the student directs how often the teacher looks, at most every 2 x --stride frames;",
                    "MODE/guarded: as with --guard; for shift also MODE/until-shift.",
                    "Default: all of the first line for cube; for shift frozen, and scale-aware until the shift, going on,"
                            + " and adaptive; for guard scale-aware with and without it."
                })
        private List<String> modes = List.of();

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
                names = "--guard",
                description = "Publish behind the guard in all modes, as the services do; adaptive ones always do.")
        private boolean guard;

        @Option(
                names = "--refine",
                description =
                        "Correct the teacher's labels by comparing the frames with the object's known appearance.")
        private boolean refine;

        @Mixin
        private Common common;

        OnStream(String name, List<String> usualModes) {
            this.name = name;
            this.usualModes = usualModes;
        }

        /** How often the film is shown. */
        abstract int loops();

        /** The table. */
        abstract String run(Experiment experiment) throws IOException;

        Networks networks(ObjectModel object) throws IOException {
            List<ObjectModel> objects = List.of(object);
            return new Networks(
                    Networks.require(Networks.Role.TEACHER, teacher, objects),
                    Networks.require(Networks.Role.STUDENT, student, objects));
        }

        @Override
        public final Integer call() throws Exception {
            Terminal terminal = Terminal.INSTANCE;
            terminal.useStandardOutput();
            common.useThreads();
            Path folder = common.folder(name);
            try (StopSignal stop = new StopSignal()) {
                Experiment experiment = new Experiment(
                        new Experiment.Options(
                                name,
                                (modes.isEmpty() ? usualModes : modes)
                                        .stream().map(Mode::of).toList(),
                                common.seeds(),
                                loops(),
                                stride,
                                stepsPerLabel,
                                publishEvery,
                                guard,
                                refine,
                                common.limit(),
                                folder),
                        terminal::line,
                        stop.requested()::isDone);
                terminal.line(run(experiment));
                terminal.line("written to " + folder);
            }
            return 0;
        }
    }

    /** {@code apprentice experiment cube}. */
    @Command(
            name = "cube",
            description = {
                "A real video (visp-cube under --data), streamed --loops times.",
                "",
                ANSWERED_FIRST,
                WRITES,
                "",
            },
            mixinStandardHelpOptions = true,
            sortOptions = false,
            versionProvider = Version.class)
    static final class Cube extends OnStream {
        @Option(
                names = "--loops",
                paramLabel = "N",
                defaultValue = "4",
                description = "How often the video is streamed. Default: 4.")
        private int loops;

        @Mixin
        private ExampleData data;

        Cube() {
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
            return experiment.onFilm(film, networks.teacher(), networks.student());
        }

        /** The video of a folder as visp-cube is. */
        static VideoFootage film(Path cube) throws IOException {
            ObjectModel object =
                    NamedObjects.load("cube", cube.resolve("model/cube.obj").toString());
            return new VideoFootage(
                    cube.resolve("cube_video.mp4"), object, cube.resolve("camera.json"), cube.resolve("scene_gt.json"));
        }
    }

    /** Synthetic films, one per seed, in which something happens once. */
    abstract static class OnScene extends OnStream {
        private final String name;

        @Option(
                names = "--seconds",
                paramLabel = "X",
                defaultValue = "300",
                description = "Length of the stream. Default: 300.")
        private double seconds;

        @Option(
                names = "--fps",
                paramLabel = "X",
                defaultValue = "5",
                description = "Frames per second of the stream. Default: 5.")
        private double fps;

        OnScene(String name, List<String> usualModes) {
            super(name, usualModes);
            this.name = name;
        }

        /** When it happens, seconds. */
        abstract double change();

        /** How the teacher goes wrong; empty: the scene changes instead. */
        abstract Optional<TeacherError> error();

        @Override
        final int loops() {
            return 1;
        }

        @Override
        final String run(Experiment experiment) throws IOException {
            if (!(fps > 0 && seconds > change() && change() >= 0)) {
                throw new UserError(
                        "%s: expected --fps above 0 and --seconds above the time of the change, %.0f, got %s and %s"
                                .formatted(name, change(), fps, seconds));
            }
            ObjectModel parcel = NamedObjects.load("parcel", "builtin:parcel");
            Networks networks = networks(parcel);
            int at = (int) Math.round(change() * fps);
            int frames = (int) Math.round(seconds * fps);
            OptionalLong shift = error().isPresent() ? OptionalLong.empty() : OptionalLong.of(at);
            return experiment.onShift(
                    seed -> new SceneFootage(parcel, new SceneSettings(7000 + seed, 640, 480, fps, shift), frames),
                    at,
                    error(),
                    networks.teacher(),
                    networks.student());
        }
    }

    /** {@code apprentice experiment shift}. */
    @Command(
            name = "shift",
            description = {
                "Synthetic; light, table and background change for good after two minutes.",
                "",
                ANSWERED_FIRST,
                WRITES,
                "",
            },
            mixinStandardHelpOptions = true,
            sortOptions = false,
            versionProvider = Version.class)
    static final class Shift extends OnScene {
        Shift() {
            super(
                    "shift",
                    List.of(
                            "frozen",
                            "distribution:scale-aware/until-shift",
                            "distribution:scale-aware",
                            "distribution:scale-aware/adaptive"));
        }

        @Override
        double change() {
            return 120;
        }

        @Override
        Optional<TeacherError> error() {
            return Optional.empty();
        }
    }

    /** {@code apprentice experiment guard}. */
    @Command(
            name = "guard",
            description = {
                "Synthetic; after --after seconds the teacher goes wrong for good, at least as sure of itself as before.",
                "",
                ANSWERED_FIRST,
                WRITES,
                "",
            },
            mixinStandardHelpOptions = true,
            sortOptions = false,
            versionProvider = Version.class)
    static final class WrongTeacher extends OnScene {
        @Option(
                names = "--error",
                paramLabel = "ERROR",
                defaultValue = "turned",
                description = {
                    "turned: it takes the back for the front; late: its labels are of five seconds ago.",
                    "Default: turned."
                })
        private TeacherError error;

        @Option(
                names = "--after",
                paramLabel = "X",
                defaultValue = "180",
                description = "Seconds until it goes wrong. Default: 180.")
        private double after;

        WrongTeacher() {
            super("guard", List.of("distribution:scale-aware", "distribution:scale-aware/guarded"));
        }

        @Override
        double change() {
            return after;
        }

        @Override
        Optional<TeacherError> error() {
            return Optional.of(error);
        }
    }
}
