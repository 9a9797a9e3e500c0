package io.apprentice.inference;

import io.apprentice.pose.estimate.Extent;
import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Query;
import io.apprentice.pose.estimate.Workers;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.network.CropNetwork;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.object.ObjectModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Makes a student from a file: read, checked against the configured objects, compiled, and warm. */
final class StudentFactory implements StudentLoader.StudentBuilder {

    private final List<ObjectModel> objects;
    private final Function<NetworkWeights, CropNetwork> networks;
    private final Workers workers;

    /**
     * A factory.
     *
     * @param networks makes what answers for a student's weights
     * @param workers cut and solve for all students; not closed with them
     */
    StudentFactory(List<ObjectModel> objects, Function<NetworkWeights, CropNetwork> networks, Workers workers) {
        this.objects = List.copyOf(objects);
        this.networks = networks;
        this.workers = workers;
    }

    @Override
    public Student build(StudentFile file) {
        Set<String> known = new TreeSet<>(file.manifest().getObjects());
        Set<String> wanted = objects.stream().map(ObjectModel::id).collect(Collectors.toCollection(TreeSet::new));
        if (!known.equals(wanted)) {
            throw new IllegalArgumentException(
                    "objects: expected the configured %s, got %s; start trainer and inference with the same objects"
                            .formatted(wanted, known));
        }
        PoseEstimator estimator;
        try {
            estimator = new PoseEstimator(NetworkWeights.fromBytes(file.bytes()), objects, networks, workers);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        warmUp(estimator);
        return new Student(file.id(), file.version(), estimator);
    }

    /** The first estimate compiles the graph; no frame should wait for that. */
    private void warmUp(PoseEstimator estimator) {
        try {
            CameraIntrinsics camera = new CameraIntrinsics(600, 600, 319.5, 239.5, 640, 480);
            estimator.estimate(objects.stream()
                    .map(object -> new Query(
                            RgbImage.black(640, 480),
                            camera,
                            object.id(),
                            Optional.empty(),
                            Optional.empty(),
                            Extent.part(0)))
                    .toList());
        } catch (RuntimeException e) {
            estimator.close();
            throw e;
        }
    }
}
