package io.apprentice.ingest;

import io.apprentice.scene.SyntheticCamera;
import io.apprentice.scene.SyntheticFrame;

/** Frames of a rendered scene, with exact ground truth. */
final class SyntheticSource implements Camera {

    private final SyntheticCamera camera;
    private final SyntheticSettings settings;
    private final ImageSettings images;
    private long index;

    SyntheticSource(SyntheticCamera camera, SyntheticSettings settings, ImageSettings images) {
        this.camera = camera;
        this.settings = settings;
        this.images = images;
    }

    @Override
    public double framesPerSecond() {
        return settings.framesPerSecond();
    }

    @Override
    public boolean isLive() {
        return false;
    }

    @Override
    public Capture next() {
        if (settings.frames() > 0 && index >= settings.frames()) {
            return new Capture.End("");
        }
        SyntheticFrame frame = camera.frame(index++);
        return images.encode(frame.image(), frame.intrinsics(), frame.truth());
    }

    @Override
    public void close() {}
}
