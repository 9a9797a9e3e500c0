package io.apprentice.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.learning.online.GuardedTrainingSettings;
import io.apprentice.learning.online.OnlineTrainingSettings;
import io.apprentice.learning.step.OptimizerSettings;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.parcel.Parcel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class TeacherTrialTest {

    private static final int FRAMES = 16;

    private final List<String> told = new ArrayList<>();

    @Test
    void learn_learnsFromNoFrameThatIsHeldOut() throws IOException {
        TorchRuntime.useThreads(1);
        NetworkWeights teacher = NetworkWeights.read(Path.of("../models/teacher-parcel.safetensors"));
        SceneFootage film =
                new SceneFootage(Parcel.model(), new SceneSettings(5, 640, 480, 4, OptionalLong.empty()), FRAMES);
        GuardedTrainingSettings usual = GuardedTrainingSettings.ofTeacher(0.5);
        GuardedTrainingSettings settings = new GuardedTrainingSettings(
                new OnlineTrainingSettings(
                        1,
                        2,
                        1,
                        16,
                        new OptimizerSettings(1e-4, 1e-4, 1, 0.995),
                        usual.training().alignment(),
                        usual.training().gate(),
                        usual.training().augmentation(),
                        usual.training().guard()),
                usual.rehearsal(),
                5,
                usual.leastLabels(),
                usual.maxNonFiniteSteps());

        TeacherTrial run = new TeacherTrial(film, 2, 1, told::add, () -> false);
        TeacherTrial.Outcome learnt = run.learn(teacher, settings);
        TeacherTrial.Outcome before = run.asItIs(teacher);

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

        TeacherTrial run = new TeacherTrial(film, 1, 1, told::add, () -> true);

        assertThatThrownBy(() -> run.learn(teacher, GuardedTrainingSettings.ofTeacher(0)))
                .isInstanceOf(CancellationException.class);
    }
}
