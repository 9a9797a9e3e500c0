package io.apprentice.pose.scene;

import io.apprentice.pose.object.ObjectModel;
import java.util.List;

/** Randomised crops with known poses, rendered as fast as a network can learn from them. */
public final class TrainingCrops {

    /** A source of crops. */
    public TrainingCrops(List<ObjectModel> objects, int cropSize, CropSettings settings, long seed) {
        if (objects.isEmpty() || cropSize < 16) {
            throw new IllegalArgumentException("training crops: expected objects and a size from 16, got %d and %d"
                    .formatted(objects.size(), cropSize));
        }
        java.util.Objects.requireNonNull(settings);
    }

    /** A crop, a function of the seed and the index alone; may be called from several threads at once. */
    @SuppressWarnings("DoNotCallSuggester")
    public TrainingCrop crop(long index) {
        throw new UnsupportedOperationException("crop " + index);
    }
}
