package io.apprentice.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.learning.online.TrainingDivergedException;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.scene.TrainingCrop;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.TeacherRef;
import io.apprentice.streaming.service.Mode;
import io.apprentice.wire.LabelMapping;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StudentFoldTest {

    private static void fold(StudentFold fold, int from, int to) {
        CameraIntrinsics camera = new CameraIntrinsics(8, 8, 4, 4, 8, 8);
        for (int i = from; i < to; i++) {
            Label nothing = new Label(new LabelReference(0, i), RgbImage.black(8, 8), camera, List.of());
            fold.fold(new TaughtLabel(nothing, "camera-" + i, new TeacherRef("t", 0L, ""), new FrameRef(0, (long) i)));
        }
    }

    @Test
    void fold_givenTenThousandCameras_remembersAThousand() {
        try (StudentFold fold = new StudentFold(
                TinyStudent.start(), TinyStudent.OBJECTS, TinyStudent.settings("student", Mode.REPLAY, 1))) {
            fold(fold, 0, 1_000);
            int full = fold.state().length;
            fold(fold, 1_000, 10_000);

            assertThat(fold.labels()).isEqualTo(10_000);
            assertThat(fold.state()).hasSize(full);
        }
    }

    @Test
    void fold_givenStepsWithoutAFiniteLoss_leavesThemOutAndStopsAfterAFew() throws IOException {
        NetworkWeights start = TinyStudent.start();
        float[] parameters = start.parameters().clone();
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] *= 1e30f;
        }
        NetworkWeights huge = new NetworkWeights(start.architecture(), parameters, start.buffers(), start.metadata());
        TrainingCrop crop = LabelTopics.crops().crop(0);
        CameraIntrinsics camera = crop.frameIntrinsics().cropped(crop.frameToCrop(), LabelTopics.SIZE);
        LocalPredictions predictions = LabelTopics.label("left", 0, crop, camera, new FrameRef(0, 0L));
        Label label = LabelMapping.fromRecords(
                new LabelReference(0, 0), predictions, LabelTopics.frame("left", 0, crop, camera));
        TaughtLabel taught = new TaughtLabel(label, "left", predictions.getTeacher(), predictions.getFrameRef());
        StudentSettings settings = TinyStudent.settings("student", Mode.REPLAY, 1);
        try (StudentFold fold = new StudentFold(huge, TinyStudent.OBJECTS, settings)) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            fold.fold(taught);
                        }
                    })
                    .isInstanceOf(TrainingDivergedException.class)
                    .hasMessageContaining("had no finite loss or gradient; the last was at label");
            assertThat(fold.nonFiniteSteps()).isEqualTo(settings.maxNonFiniteSteps());
        }
    }
}
