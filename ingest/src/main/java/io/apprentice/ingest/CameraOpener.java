package io.apprentice.ingest;

import io.apprentice.ingest.push.PushEndpoint;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.NamedObjects;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.SyntheticCamera;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens one camera from its start; can be called repeatedly. */
final class CameraOpener {

    private static final Logger LOG = LoggerFactory.getLogger(CameraOpener.class);

    private final CameraSpec spec;
    private final IngestSettings settings;
    private final Map<String, String> objects;
    private final IntrinsicsChoice intrinsics;
    private final Optional<PushEndpoint> endpoint;

    /**
     * An opener for a camera.
     *
     * @param objects configured objects, id to mesh file or {@code builtin:NAME}
     * @param endpoint where pictures of {@code push:} cameras come in; needed for those alone
     */
    CameraOpener(
            CameraSpec spec, IngestSettings settings, Map<String, String> objects, Optional<PushEndpoint> endpoint) {
        this.spec = spec;
        this.endpoint = endpoint;
        this.settings = settings;
        this.objects = Map.copyOf(objects);
        boolean given = !settings.intrinsics().toString().isEmpty();
        this.intrinsics =
                new IntrinsicsChoice(spec.id(), given ? Optional.of(settings.intrinsics()) : Optional.empty());
        if (given && (spec.kind() == CameraSpec.Kind.BOP || spec.kind() == CameraSpec.Kind.SYNTHETIC)) {
            LOG.warn("camera {}: not used: {}; its source has intrinsics of its own", spec.id(), settings.intrinsics());
        }
    }

    CameraSpec spec() {
        return spec;
    }

    /** Whether the last picture's intrinsics are a guess. */
    boolean intrinsicsAssumed() {
        return intrinsics.assumed();
    }

    /** What was said about the intrinsics. */
    List<String> notes() {
        return intrinsics.notes();
    }

    /**
     * Opens the camera.
     *
     * @throws IOException if a file of the camera is missing or broken, naming the camera, the file and what was
     *     expected
     * @throws IllegalArgumentException if it names an object that is not configured
     */
    Camera open() throws IOException {
        ObjectNames names = ObjectNames.of(objects);
        try {
            return switch (spec.kind()) {
                case SYNTHETIC -> synthetic();
                case LIVE, V4L2 -> new LiveSource(spec, intrinsics, settings.image());
                case VIDEO -> VideoSource.open(Path.of(spec.source().reveal()), intrinsics, names, settings.image());
                case PUSH -> push();
                case IMAGES -> ImageSource.openFolder(Path.of(spec.source().reveal()), intrinsics, settings.image());
                case BOP -> ImageSource.openScene(Path.of(spec.source().reveal()), names);
            };
        } catch (IOException e) {
            throw new IOException("camera " + spec.id() + ": " + e.getMessage(), e);
        }
    }

    private Camera push() throws IOException {
        LiveOptions options = LiveOptions.of(spec);
        PushEndpoint open = endpoint.orElseThrow();
        return new PushCamera(
                spec.id(),
                open.open(spec.id(), options.credentials()),
                "%s, token in %s"
                        .formatted(
                                open.url(spec.id()),
                                options.credentials().orElse(settings.push().tokenFile())),
                intrinsics,
                settings.image(),
                options);
    }

    private Camera synthetic() throws IOException {
        List<ObjectModel> models = new ArrayList<>();
        for (String id : spec.source().reveal().split(",", -1)) {
            String object = objects.get(id);
            if (object == null) {
                throw new IllegalArgumentException("camera %s: object '%s' is not configured; expected one of %s"
                        .formatted(spec.id(), id, objects.keySet()));
            }
            models.add(NamedObjects.load(id, object));
        }
        SyntheticSettings synthetic = settings.synthetic().with(spec.options());
        long shiftAt = Math.round(synthetic.shift().toNanos() * 1e-9 * synthetic.framesPerSecond());
        SceneSettings scene = new SceneSettings(
                synthetic.seed(),
                synthetic.width(),
                synthetic.height(),
                synthetic.framesPerSecond(),
                shiftAt > 0 ? OptionalLong.of(shiftAt) : OptionalLong.empty());
        return new SyntheticSource(new SyntheticCamera(models, scene), synthetic, settings.image());
    }
}
