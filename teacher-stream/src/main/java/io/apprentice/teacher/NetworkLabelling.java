package io.apprentice.teacher;

import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Workers;
import io.apprentice.pose.network.CropNetwork;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.schemas.TeacherRef;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compiles a network and labels frames with it. */
final class NetworkLabelling implements TeacherService.Labelling {

    private static final Logger LOG = LoggerFactory.getLogger(NetworkLabelling.class);

    private final MeterRegistry registry;
    private final TeacherSettings settings;
    private final List<ObjectModel> objects;
    private final NetworkWeights weights;
    private final Function<NetworkWeights, CropNetwork> networks;

    private NetworkLabelling(
            MeterRegistry registry,
            TeacherSettings settings,
            List<ObjectModel> objects,
            NetworkWeights weights,
            Function<NetworkWeights, CropNetwork> networks) {
        this.registry = registry;
        this.settings = settings;
        this.objects = List.copyOf(objects);
        this.weights = weights;
        this.networks = networks;
    }

    /** @throws IllegalArgumentException if the network does not know one of the objects */
    static NetworkLabelling of(
            MeterRegistry registry,
            TeacherSettings settings,
            List<ObjectModel> objects,
            NetworkWeights weights,
            Function<NetworkWeights, CropNetwork> networks) {
        for (ObjectModel object : objects) {
            if (!weights.objects().contains(object.id())) {
                throw new IllegalArgumentException("teacher: expected a network that knows '%s', this one knows %s"
                        .formatted(object.id(), weights.objects()));
            }
        }
        if (settings.adapt().enabled() && objects.size() < weights.objects().size()) {
            throw new IllegalArgumentException(
                    "teacher: to adapt it expected the models of all objects that it knows, %s, got %s"
                            .formatted(
                                    weights.objects(),
                                    objects.stream().map(ObjectModel::id).toList()));
        }
        return new NetworkLabelling(registry, settings, objects, weights, networks);
    }

    @Override
    public FrameLabeller start(DueFrames due, TeacherMetrics metrics) {
        TorchRuntime.use(settings.device());
        Workers workers = workers();
        Function<NetworkWeights, PoseEstimator> estimators = w -> new PoseEstimator(w, objects, networks, workers);
        TeacherVersion first =
                new TeacherVersion(new TeacherRef(settings.id(), 0L, weights.sha256()), estimators.apply(weights));
        Optional<Adaptation> adaptation = settings.adapt().enabled()
                ? Optional.of(new Adaptation(settings.adapt(), settings.id(), weights, objects, estimators, registry))
                : Optional.empty();
        return new Labeller(settings, objects, first, adaptation, due, metrics, workers);
    }

    private Workers workers() {
        boolean gpu = !TorchRuntime.place().device().equals("cpu");
        int workers = settings.workers(gpu, Runtime.getRuntime().availableProcessors());
        LOG.info("The teacher's workers: {}", workers == 1 ? "none, it works in turn with its network" : workers);
        return Workers.of(workers, "teacher-worker");
    }
}
