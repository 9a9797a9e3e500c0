package io.apprentice.app.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.scene.CropSettings;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.parcel.Parcel;
import io.apprentice.teacher.AdaptSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class TeacherRunTest {

    private static final int FRAMES = 16;

    private final List<String> told = new ArrayList<>();

    @Test
    void learn_learnsFromNoFrameThatIsHeldOut() throws IOException {
        TorchRuntime.useThreads(1);
        NetworkWeights teacher = NetworkWeights.read(Path.of("../models/teacher-parcel.safetensors"));
        SceneFootage film =
                new SceneFootage(Parcel.model(), new SceneSettings(5, 640, 480, 4, OptionalLong.empty()), FRAMES);
        AdaptSettings settings =
                new AdaptSettings(true, 0.5, CropSettings.Views.UPPER, 2, 1, 16, 1e-4, 5, 1, Path.of(""));

        TeacherRun run = new TeacherRun(film, 2, 1, told::add, () -> false);
        TeacherRun.Outcome learnt = run.learn(teacher, settings, 1);
        TeacherRun.Outcome before = run.asItIs(teacher);

        assertThat(learnt.values().get("steps"))
                .as("a half of the frames, twice, less what the guard holds out")
                .isBetween(10.0, 14.0);
        assertThat(learnt.values()).containsEntry("versions", 0.0); // the guard does not know enough yet
        assertThat(learnt.last().sha256()).isEqualTo(teacher.sha256());
        assertThat(before.values().keySet())
                .containsExactlyElementsOf(learnt.values().keySet());
        assertThat(before.values().get("last_held_n")).isBetween(6.0, 8.0);
        assertThat(learnt.values())
                .containsEntry("last_held_add10", before.values().get("first_held_add10"));
    }

    @Test
    void learn_ifSomeoneWantsTheEnd_isCancelled() throws IOException {
        NetworkWeights teacher = NetworkWeights.read(Path.of("../models/teacher-parcel.safetensors"));
        SceneFootage film =
                new SceneFootage(Parcel.model(), new SceneSettings(5, 320, 240, 4, OptionalLong.empty()), FRAMES);

        TeacherRun run = new TeacherRun(film, 1, 1, told::add, () -> true);

        assertThatThrownBy(() -> run.learn(teacher, AdaptSettings.enabled(0), 1))
                .isInstanceOf(CancellationException.class);
    }
}
