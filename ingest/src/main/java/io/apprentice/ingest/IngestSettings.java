package io.apprentice.ingest;

import io.apprentice.ingest.pace.Rate;
import io.apprentice.ingest.push.PushSettings;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which cameras send frames, and how; under the key {@code ingest}.
 *
 * @param cameras the cameras, each with a unique id
 * @param rate how fast they send
 * @param loop whether a source restarts when it ends; frame numbers continue. Live cameras come back in any case
 * @param intrinsics file with the cameras' calibration, in a format of {@code docs/cameras.md}; if empty, the source's
 *     own is used
 * @param inFlight largest number of unacknowledged frames per camera
 * @param image how pictures are compressed
 * @param synthetic what synthetic cameras show
 * @param push where pictures of {@code push:} cameras are taken
 */
public record IngestSettings(
        List<CameraSpec> cameras,
        Rate rate,
        boolean loop,
        Path intrinsics,
        int inFlight,
        ImageSettings image,
        SyntheticSettings synthetic,
        PushSettings push) {

    /** One synthetic camera that films a parcel. */
    public static final IngestSettings DEFAULTS = new IngestSettings(
            List.of(CameraSpec.parse("synthetic:parcel")),
            Rate.REAL_TIME,
            false,
            Path.of(""),
            16,
            ImageSettings.DEFAULTS,
            SyntheticSettings.DEFAULTS,
            PushSettings.DEFAULTS);

    /** @throws IllegalArgumentException naming the key, the value and what was expected */
    public IngestSettings {
        cameras = List.copyOf(cameras);
        Require.that(!cameras.isEmpty(), "cameras", cameras, "at least one camera");
        Require.that(inFlight >= 1 && inFlight <= 1000, "in-flight", inFlight, "1 to 1000");
        Set<String> ids = new HashSet<>();
        for (CameraSpec camera : cameras) {
            Require.that(ids.add(camera.id()), "cameras", camera.id(), "ids that differ; name cameras with id=SPEC");
            if (camera.kind() == CameraSpec.Kind.SYNTHETIC) {
                synthetic.with(camera.options());
            } else if (camera.kind().isLive()) {
                LiveOptions.of(camera);
            }
        }
    }

    boolean hasPushCameras() {
        return cameras.stream().anyMatch(camera -> camera.kind() == CameraSpec.Kind.PUSH);
    }

    /** The same, but the senders' token is in this file if no other is set. */
    public IngestSettings withTokenFile(Path file) {
        PushSettings kept =
                push.tokenFile().toString().isEmpty() ? new PushSettings(push.host(), push.port(), file) : push;
        return new IngestSettings(cameras, rate, loop, intrinsics, inFlight, image, synthetic, kept);
    }
}
