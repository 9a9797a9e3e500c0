package io.apprentice.trainer;

import io.apprentice.learning.guard.GuardSettings;
import io.apprentice.learning.online.StrideSettings;
import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.WdrNetArchitecture;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.parcel.Parcel;
import io.apprentice.streaming.service.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The smallest network there is, untrained, and settings with quick steps. */
final class TinyStudent {

    static final ObjectModel PARCEL = Parcel.model();
    static final List<ObjectModel> OBJECTS = List.of(PARCEL);

    private TinyStudent() {}

    static NetworkWeights start() {
        return NetworkWeights.initial(
                new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 32),
                5,
                Map.of(NetworkWeights.OBJECTS, "parcel", NetworkWeights.CROP_SIZE, "64"));
    }

    /** Two crops a step, a version every three steps, the newest two versions kept, the guard measures but lets everything pass. */
    static StudentSettings settings(String id, Mode mode, long maxLag) {
        StudentSettings d = StudentSettings.DEFAULTS;
        return new StudentSettings(
                id,
                d.weights(),
                mode,
                maxLag,
                3,
                2,
                Duration.ofHours(1),
                2,
                StudentSettings.Arithmetic.FLOAT32,
                7,
                2,
                1,
                4,
                d.optimizer(),
                d.alignment(),
                d.gate(),
                d.augmentation(),
                // every fourth label is held out; no distance is too large
                new GuardSettings(true, 4, 3, 2, 1, 1, 1000, 1000),
                // an untrained network is never near; from the first label on the teacher shall take every fourth frame
                new StrideSettings(true, StrideSettings.USUAL, 8, 0.001, 1, 8),
                d.drift());
    }
}
