package io.apprentice.app.doctor;

import io.apprentice.app.terminal.Failures;
import io.apprentice.ingest.CameraCheck;
import io.apprentice.ingest.CameraSpec;
import io.apprentice.ingest.IngestSettings;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.streaming.kafka.Topics;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The cameras, each opened for a moment. */
final class Cameras {

    private Cameras() {}

    /**
     * A camera, and what it showed.
     *
     * @param check empty if it could not be opened
     */
    record Looked(CameraSpec spec, Optional<CameraCheck> check, Finding finding) {}

    /** Opens one camera. */
    static Looked look(CameraSpec spec, IngestSettings settings, Map<String, String> objects) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("id", spec.id());
        facts.put("source", spec.toString());
        try {
            CameraCheck check = CameraCheck.of(spec, settings, objects);
            return new Looked(spec, Optional.of(check), finding(spec.id(), check, facts));
        } catch (IOException | RuntimeException e) {
            return new Looked(
                    spec, Optional.empty(), Finding.toDo("camera", spec.toString(), facts, Failures.explain(e)));
        }
    }

    private static Finding finding(String id, CameraCheck check, Map<String, Object> facts) {
        CameraIntrinsics camera = check.intrinsics();
        facts.put("width", camera.width());
        facts.put("height", camera.height());
        facts.put("fx", camera.fx());
        facts.put("fy", camera.fy());
        facts.put("intrinsics_assumed", check.assumed());
        facts.put("live", check.live());
        facts.put("capture_clock", check.clock().name());
        facts.put("declared_rate", check.declaredRate());
        facts.put("pictures", check.pictures());
        facts.put("unreadable", check.unreadable());
        facts.put("largest_picture_bytes", check.largestBytes());
        if (Double.isFinite(check.measuredRate())) {
            facts.put("measured_rate", check.measuredRate());
        }
        String text = String.format(
                Locale.ROOT,
                "%s: %dx%d, %s, fx %.0f (%.0f degrees across)%s, %s, pictures of up to %.0f kB",
                id,
                camera.width(),
                camera.height(),
                rate(check),
                camera.fx(),
                Math.toDegrees(2 * Math.atan(camera.width() / (2 * camera.fx()))),
                camera.distortion().isEmpty() ? "" : " with distortion",
                clock(check),
                check.largestBytes() / 1e3);
        if (check.unreadable() > 0) {
            return Finding.toDo(
                    "camera",
                    text,
                    facts,
                    "%d of %d frames cannot be read: %s"
                            .formatted(
                                    check.unreadable(),
                                    check.pictures() + check.unreadable(),
                                    check.firstReason().orElse("")));
        }
        if (check.largestBytes() > Topics.LARGEST_RECORD) {
            return Finding.toDo(
                    "camera",
                    text,
                    facts,
                    String.format(
                            Locale.ROOT,
                            "pictures of more than %,d bytes are dropped; send JPEG or smaller ones",
                            Topics.LARGEST_RECORD));
        }
        String notes = String.join("; ", check.notes());
        return check.assumed()
                ? Finding.toDo("camera", text, facts, notes)
                : Finding.fine("camera", notes.isEmpty() ? text : text + " (" + notes + ")", facts);
    }

    private static String clock(CameraCheck check) {
        return switch (check.clock()) {
            case SENDER -> "time is the camera's own clock";
            case ARRIVAL -> "time is that of arrival";
            case FILE -> "time is that of playing";
            case UNKNOWN -> "time is not known";
        };
    }

    private static String rate(CameraCheck check) {
        String stated = String.format(Locale.ROOT, "%.4g frames/s", check.declaredRate());
        return Double.isFinite(check.measuredRate())
                ? String.format(
                        Locale.ROOT,
                        "%s stated, %.0f/s %s",
                        stated,
                        check.measuredRate(),
                        check.live() ? "arrived" : "can be read")
                : stated + " stated";
    }
}
