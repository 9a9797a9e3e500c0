package io.apprentice.pose.estimate;

import io.apprentice.pose.estimate.Estimate.Searched;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.object.ObjectModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Why a search finds nothing, in words for a person: what it looked like, what was tried, and what to do. */
public enum WhyLost {
    /** No cell is sure enough. */
    NOTHING_LIKE_IT,
    /** A place looks like the object, but two looks at it do not agree on a pose. */
    NO_POSE_HOLDS,
    /** A pose holds, but its cells are not sure enough. */
    NOT_SURE;

    /** The reason that a search shows which found nothing. */
    public static WhyLost of(Searched searched) {
        return searched.held() > 0 ? NOT_SURE : searched.cell() < searched.expected() ? NOTHING_LIKE_IT : NO_POSE_HOLDS;
    }

    /** What it looked like, in a few words. */
    public String looks(Searched searched) {
        return String.format(
                Locale.ROOT,
                switch (this) {
                    case NOTHING_LIKE_IT -> "nothing looks like it: the surest cell has %.2f, %.2f is expected";
                    case NO_POSE_HOLDS ->
                        "something looks like it (a cell has %.2f, %.2f is expected), but two looks disagree on its pose";
                    case NOT_SURE -> "a pose comes up, but its surest cell has %.2f, %.2f is expected";
                },
                this == NOT_SURE ? searched.held() : searched.cell(),
                searched.expected());
    }

    /** What was tried and what to do, a line each. */
    static List<String> advice(ObjectModel object, CameraIntrinsics camera, NetworkWeights weights) {
        double longer = Math.max(camera.width(), camera.height());
        double focal = Math.max(camera.fx(), camera.fy());
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "searched: the whole picture, halves and quarters of it, for objects of %.0f to %.0f pixels;"
                        + " by these intrinsics it is then %s away",
                Windows.SMALLEST * longer,
                longer,
                metres(focal * object.diameter() / longer, focal * object.diameter() / (Windows.SMALLEST * longer))));
        List<Double> fitted = weights.distances();
        if (!fitted.isEmpty()) {
            double near = fitted.get(0);
            double far = fitted.get(1);
            lines.add(String.format(
                    Locale.ROOT,
                    "the network was fitted for %s to %s diameters: %s, here %.0f to %.0f pixels",
                    near,
                    far,
                    metres(near * object.diameter(), far * object.diameter()),
                    focal / far,
                    focal / near));
        }
        lines.add(
                "what helps: a longer fit (up --fit-for, fit --for), other distances (fit --distance), detections with the"
                        + " frames, the camera's true intrinsics (--intrinsics); 'apprentice look' shows a frame");
        return lines;
    }

    private static String metres(double near, double far) {
        return String.format(Locale.ROOT, "%.2f to %.2f m", near, far);
    }
}
