package io.apprentice.app.command.experiment;

import io.apprentice.app.live.Networks;
import io.apprentice.lab.UserError;
import io.apprentice.lab.experiment.Experiment;
import io.apprentice.lab.experiment.SceneFootage;
import io.apprentice.lab.experiment.TeacherError;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.parcel.Parcel;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** Synthetic films, one per seed, in which something happens once. */
abstract class SceneExperimentCommand extends StudentExperimentCommand {
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

    SceneExperimentCommand(String name, List<String> usualModes) {
        super(name, usualModes);
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
                            .formatted(name(), change(), fps, seconds));
        }
        ObjectModel parcel = Parcel.model();
        Networks networks = networks(parcel);
        int at = (int) Math.round(change() * fps);
        int frames = (int) Math.round(seconds * fps);
        OptionalLong shift = error().isPresent() ? OptionalLong.empty() : OptionalLong.of(at);
        return experiment.onShift(
                seed -> new SceneFootage(parcel, new SceneSettings(7000 + seed, 640, 480, fps, shift), frames),
                at,
                error(),
                networks.teacher().orElseThrow(),
                networks.student());
    }
}
