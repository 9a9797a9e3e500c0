package io.apprentice.inference;

import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.metrics.AddMetric;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.schemas.Pose;
import io.apprentice.schemas.PoseDistance;
import io.apprentice.wire.PoseMapping;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How far poses of known objects are apart. */
final class Distances {

    /** Frames wait meanwhile, and more points of a fine mesh say no more. */
    private static final int MOST_POINTS = 500;

    private record Shape(ObjectModel object, float[] points) {}

    private final Map<String, Shape> shapes;

    Distances(List<ObjectModel> objects) {
        shapes = objects.stream()
                .map(object -> new Shape(object, points(object)))
                .collect(Collectors.toMap(shape -> shape.object().id(), Function.identity()));
    }

    /** Vertices at equal steps through the mesh. */
    private static float[] points(ObjectModel object) {
        float[] all = object.mesh().positions();
        int vertices = all.length / 3;
        int count = Math.min(vertices, MOST_POINTS);
        float[] points = new float[3 * count];
        for (int i = 0; i < count; i++) {
            int from = 3 * (int) ((long) i * vertices / count);
            System.arraycopy(all, from, points, 3 * i, 3);
        }
        return points;
    }

    /** Empty if a pose or the object is not known. */
    Optional<PoseDistance> between(String object, @Nullable Pose one, @Nullable Pose other) {
        Shape shape = shapes.get(object);
        if (shape == null || one == null || other == null) {
            return Optional.empty();
        }
        Se3 a = PoseMapping.fromRecord(one);
        Se3 b = PoseMapping.fromRecord(other);
        ObjectModel model = shape.object();
        double mean = model.symmetries().isSymmetric()
                ? AddMetric.adds(shape.points(), a, b)
                : AddMetric.add(shape.points(), a, b);
        Se3 alike = a.times(model.symmetries().towards(a, b.rotation()));
        return Optional.of(new PoseDistance(
                mean,
                mean / model.diameter(),
                alike.translation().minus(b.translation()).norm(),
                Math.toDegrees(alike.rotation().angleTo(b.rotation()))));
    }
}
