package io.apprentice.lab;

import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.ObjectBox;
import io.apprentice.pose.object.ObjectModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads networks for given objects. */
public final class ObjectNetworks {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectNetworks.class);

    private ObjectNetworks() {}

    /**
     * Reads a network and checks that it knows the objects. A network that does not name its objects, such as a state
     * dict of the official code, gets these, in alphabetical order of their ids.
     *
     * @throws IOException if the file is not a network
     * @throws UserError if it knows other objects, or names none and has another number of classes
     */
    public static NetworkWeights read(Path file, List<ObjectModel> objects) throws IOException {
        NetworkWeights weights = NetworkWeights.read(file);
        List<String> ids = objects.stream().map(ObjectModel::id).toList();
        if (weights.objects().isEmpty()) {
            return named(file, weights, ids.stream().sorted().toList());
        }
        if (!weights.objects().containsAll(ids)) {
            throw new UserError(
                    "%s: expected a network that knows %s, this one knows %s".formatted(file, ids, weights.objects()));
        }
        unlike(weights, objects).ifPresent(difference -> LOG.warn("{}: {}; its poses will be wrong", file, difference));
        return weights;
    }

    /** Which object is another than the one of that name that the network was fitted on; empty if none is known to be. */
    public static Optional<String> unlike(NetworkWeights weights, List<ObjectModel> objects) {
        List<ObjectBox> boxes = weights.boxes();
        for (ObjectModel object : objects) {
            int index = weights.objects().indexOf(object.id());
            if (index >= 0 && !boxes.isEmpty() && !boxes.get(index).isLike(ObjectBox.of(object))) {
                return Optional.of("fitted on another '%s': %s, this one is %s"
                        .formatted(
                                object.id(),
                                boxes.get(index).text(),
                                ObjectBox.of(object).text()));
            }
        }
        return Optional.empty();
    }

    private static NetworkWeights named(Path file, NetworkWeights weights, List<String> ids) {
        int classes = weights.architecture().classes();
        if (classes != ids.size()) {
            throw new UserError(
                    "%s: expected as many objects as the network has classes, %d, since it does not name them; got %s"
                            .formatted(file, classes, ids));
        }
        Map<String, String> metadata = new HashMap<>(weights.metadata());
        metadata.put(NetworkWeights.OBJECTS, String.join(",", ids));
        LOG.info("{} does not name its {} classes; they are taken as {}, in this order", file, classes, ids);
        return weights.withMetadata(metadata);
    }
}
