package io.apprentice.learning.online;

import io.apprentice.learning.guard.Agreement;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Watches how near the student in use comes to a camera's labels before it learns from them. This decides how often the
 * teacher is needed there, and whether the scene changed. Part of the fold: it counts labels and knows no time.
 */
public final class CameraWatch {

    /** Share of the newest label in the averages. */
    private static final double NEWEST = 0.2;
    /** Labels after which the averages say what is usual. */
    private static final int WARM_UP = 8;

    private final String camera;
    private final StrideSettings strides;
    private final DriftSettings drift;
    private int stride;
    private long labels;
    private long sinceStride;
    private int strange;
    private double distance;
    private double spread;

    /**
     * A camera of which nothing is known yet.
     *
     * @param camera its id
     */
    public CameraWatch(String camera, StrideSettings strides, DriftSettings drift) {
        this.camera = camera;
        this.strides = strides;
        this.drift = drift;
    }

    /**
     * The number of labels at the usual stride that one label counts for now: where the teacher labels less often, the
     * student learns more from each label.
     */
    public double worth() {
        return stride == 0 ? 1 : (double) stride / StrideSettings.USUAL;
    }

    DriftSettings drift() {
        return drift;
    }

    /** Takes note of the next label. */
    List<Finding> note(Agreement now) {
        List<Finding> findings = new ArrayList<>();
        if (strides.adaptive() && stride == 0) {
            setStride(strides.min(), "first label", findings);
        }
        boolean known = labels >= WARM_UP;
        boolean odd = known && now.distance() > drift.factor() * distance && now.spread() > drift.factor() * spread;
        strange = odd ? strange + 1 : 0;
        if (strange == drift.labels()) {
            findings.add(new Finding(
                    Finding.Kind.DRIFT,
                    camera,
                    stride,
                    Map.of(
                            "distance",
                            now.distance(),
                            "usual_distance",
                            distance,
                            "spread",
                            now.spread(),
                            "usual_spread",
                            spread),
                    "the scene changed: distance from the teacher %.3f (usually %.3f), spread of the votes %.3f (usually %.3f)"
                            .formatted(now.distance(), distance, now.spread(), spread)));
            labels = 0;
            strange = 0;
        }
        if (strange == 0) {
            double share = labels == 0 ? 1 : NEWEST;
            distance += share * (now.distance() - distance);
            spread += share * (now.spread() - spread);
            labels++;
        }
        if (strides.adaptive()) {
            adapt(now, findings);
        }
        return findings;
    }

    private void adapt(Agreement now, List<Finding> findings) {
        sinceStride++;
        if (strange > 0 || labels == 1) {
            setStride(strides.min(), "%.3f from the teacher all at once".formatted(now.distance()), findings);
        } else if (distance > strides.far()) {
            setStride(
                    Math.max(strides.min(), stride / 2),
                    "%.3f from the teacher, above %.3f".formatted(distance, strides.far()),
                    findings);
        } else if (distance <= strides.near() && sinceStride >= strides.patience()) {
            setStride(
                    Math.min(strides.max(), 2 * stride),
                    "%.3f from the teacher, not above %.3f".formatted(distance, strides.near()),
                    findings);
        }
    }

    private void setStride(int next, String reason, List<Finding> findings) {
        if (next != stride) {
            findings.add(new Finding(
                    Finding.Kind.STRIDE,
                    camera,
                    next,
                    Map.of("stride", (double) next, "before", (double) stride, "distance", distance),
                    "one frame in %d is labelled: %s".formatted(next, reason)));
            stride = next;
            sinceStride = 0;
        }
    }

    /** Drops a stride that the teacher still follows but nobody updates any more; true if there was one. */
    public boolean letGo() {
        boolean stale = stride != 0 && !strides.adaptive();
        if (stale) {
            stride = 0;
        }
        return stale;
    }

    /** Writes what is known of the camera. */
    public void write(DataOutputStream out) throws IOException {
        out.writeInt(stride);
        out.writeLong(labels);
        out.writeLong(sinceStride);
        out.writeInt(strange);
        out.writeDouble(distance);
        out.writeDouble(spread);
    }

    /** Reads what {@link #write} wrote. */
    public void read(DataInputStream in) throws IOException {
        stride = in.readInt();
        labels = in.readLong();
        sinceStride = in.readLong();
        strange = in.readInt();
        distance = in.readDouble();
        spread = in.readDouble();
    }
}
