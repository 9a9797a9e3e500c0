package io.apprentice.lab.experiment;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.SyntheticCamera;
import io.apprentice.scene.SyntheticFrame;
import io.apprentice.scene.TruePose;
import java.util.List;
import java.util.Optional;

/** A synthetic film. Its truths are known once it has run; objects of which less than a tenth is visible are not scored. */
public final class SceneFootage implements Footage {
    private static final double LEAST_VISIBLE = 0.1;

    private final ObjectModel object;
    private final SceneSettings settings;
    private final SyntheticCamera scene;
    private final TruePose[] truth;

    /** A film of a scene. */
    public SceneFootage(ObjectModel object, SceneSettings settings, int frames) {
        this.object = object;
        this.settings = settings;
        scene = new SyntheticCamera(List.of(object), settings);
        truth = new TruePose[frames];
    }

    @Override
    public ObjectModel object() {
        return object;
    }

    @Override
    public CameraIntrinsics camera() {
        return scene.intrinsics();
    }

    @Override
    public int frames() {
        return truth.length;
    }

    @Override
    public double framesPerSecond() {
        return settings.framesPerSecond();
    }

    @Override
    public Optional<PoseMatrix> truth(int frame) {
        if (truth[frame] == null) {
            truth[frame] = scene.frame(frame).truth().get(0);
        }
        return truth[frame].visibleFraction() < LEAST_VISIBLE
                ? Optional.empty()
                : Optional.of(PoseMatrix.of(truth[frame].objectToCamera()));
    }

    @Override
    public String id() {
        return "%s-scene-%d".formatted(object.id(), settings.seed());
    }

    @Override
    public Reel open() {
        return new Reel() {
            private int index;

            @Override
            public RgbImage next() {
                SyntheticFrame frame = scene.frame(index);
                truth[index++] = frame.truth().get(0);
                return frame.image();
            }

            @Override
            public void skip(int frames) {
                index += frames; // rendered only when asked for
            }

            @Override
            public void close() {
                // nothing is held
            }
        };
    }
}
