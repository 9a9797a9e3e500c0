package io.apprentice.teacher;

import io.apprentice.pose.estimate.Regions;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.LabelQuality;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.SyntheticCamera;
import io.apprentice.scene.SyntheticFrame;
import io.apprentice.scene.parcel.Parcel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The synthetic camera's frames with their true poses, as if a refinement had found them. */
final class ConfirmedLabels {

    static final ObjectModel PARCEL = Parcel.model();
    static final SyntheticCamera CAMERA = new SyntheticCamera(List.of(PARCEL), SceneSettings.of(5));

    private ConfirmedLabels() {}

    static Label label(long number) {
        SyntheticFrame frame = CAMERA.frame(5 * number);
        Se3 pose = frame.truth().get(0).objectToCamera();
        return new Label(
                new LabelReference(0, number),
                frame.image(),
                frame.intrinsics(),
                List.of(new ObjectLabel(
                        PARCEL.id(),
                        Regions.wholeFrame(frame.intrinsics(), 128),
                        128,
                        new KeypointVotes(8, new float[0], new float[0]),
                        Optional.of(pose),
                        new LabelQuality(80, 80, 0.4, 0.9),
                        Optional.empty())));
    }

    /** The network that comes with the project. */
    static NetworkWeights teacher() throws IOException {
        return NetworkWeights.read(
                Path.of("").toAbsolutePath().resolveSibling("models").resolve("teacher-parcel.safetensors"));
    }
}
