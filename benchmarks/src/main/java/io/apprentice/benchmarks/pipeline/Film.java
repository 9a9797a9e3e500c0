package io.apprentice.benchmarks.pipeline;

import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.SyntheticCamera;
import io.apprentice.scene.parcel.Parcel;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.ImageEncoding;
import io.apprentice.wire.FrameMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** JPEG files of 640 x 480 of a parcel, filmed beforehand; there and back, so that the parcel never jumps. */
final class Film {
    static final ObjectModel PARCEL = Parcel.model();
    private static final int VIEWS = 64;
    private static final int QUALITY = 90;

    /** The same pictures as records. */
    final List<Frame> frames = new ArrayList<>();

    /** Films into a folder that an {@code images:} camera reads; so many files, which share what they can. */
    Film(Path folder, int files) throws IOException {
        Files.createDirectories(folder);
        SyntheticCamera camera = new SyntheticCamera(List.of(PARCEL), SceneSettings.of(3));
        var k = camera.intrinsics();
        Files.writeString(
                folder.resolve("camera.json"), """
                {"fx": %s, "fy": %s, "cx": %s, "cy": %s, "width": %d, "height": %d}
                """.formatted(k.fx(), k.fy(), k.cx(), k.cy(), k.width(), k.height()));
        for (int i = 0; i < files; i++) {
            int there = i % (2 * VIEWS - 2);
            int view = there < VIEWS ? there : 2 * VIEWS - 2 - there;
            Path file = folder.resolve("frame-%d.jpg".formatted(i));
            if (view < i) {
                Files.createLink(file, folder.resolve("frame-%d.jpg".formatted(view)));
                continue;
            }
            byte[] jpeg = ImageCodec.encodeJpeg(camera.frame(view).image(), QUALITY);
            Files.write(file, jpeg);
            frames.add(FrameMapping.toRecord("film", i, Instant.EPOCH, ImageEncoding.JPEG, k, jpeg));
        }
    }

    static int length() {
        return 2 * VIEWS - 2;
    }
}
