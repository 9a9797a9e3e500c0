package io.apprentice.pose.estimate;

import io.apprentice.pose.estimate.CropViewer.Look;
import io.apprentice.pose.estimate.Search.Sight;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.network.CropNetwork;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.WdrNet;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.SymmetryGroup;
import io.apprentice.pose.solve.PnpSolution;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Estimates poses with one network. An object with a known region or last pose is looked for there first. Without one, or
 * when it is not there, the whole frame is searched, and where that does not help, {@link Windows} of it, once for all
 * objects that are missing (in a stream of frames, once their last poses are forgotten); then crops around what looks most
 * like an object. A pose found there counts only if a last look around it finds it again. Batched. Thread-safe: while the
 * network answers one caller's batch, another's may be cut and solved.
 */
public final class PoseEstimator implements AutoCloseable {

    /**
     * Among many windows something looks a little like the object: what a cell must reach there if the network's fit did not
     * find out ({@code docs/decisions/windows-of-the-frame.md}). After the whole frame, nothing then.
     */
    public static final double SURE_IN_WINDOWS = 0.7;

    private final CropViewer viewer;
    private final NetworkWeights weights;
    private final Map<String, ObjectModel> objects = new HashMap<>();

    /**
     * Compiles the network; everything else runs on the caller's thread.
     *
     * @param weights a network whose metadata names its objects
     * @param objects the objects to look for, each among the network's
     * @throws IllegalArgumentException if the network does not know one of the objects, or codes of another surface by its name
     */
    public PoseEstimator(NetworkWeights weights, List<ObjectModel> objects, Precision precision) {
        this(weights, objects, known -> new WdrNet(known, precision), Workers.none());
    }

    /**
     * The same with another network, or with help.
     *
     * @param network makes the network that answers; closed with this
     * @param workers cut the crops and solve; not closed with this
     */
    public PoseEstimator(
            NetworkWeights weights,
            List<ObjectModel> objects,
            Function<NetworkWeights, CropNetwork> network,
            Workers workers) {
        this.weights = weights;
        List<String> known = weights.objects();
        for (ObjectModel object : objects) {
            if (!known.contains(object.id())) {
                throw new IllegalArgumentException(
                        "object '%s': the network knows only %s".formatted(object.id(), known));
            }
            weights.requireCodes(object);
            this.objects.put(object.id(), object);
        }
        viewer = new CropViewer(weights, this.objects, network, workers);
    }

    /** Side of the crops, pixels. */
    public int cropSize() {
        return viewer.cropSize();
    }

    /**
     * Answers every query, in order.
     *
     * @throws IllegalArgumentException if an object is not among those to look for
     */
    public List<Estimate> estimate(List<Query> queries) {
        queries.forEach(this::object);
        List<Search> searches = queries.stream().map(Search::new).toList();
        look(searches, search -> hint(search.query()).stream());
        find(missing(searches), query -> List.of(Regions.wholeFrame(query.intrinsics(), cropSize())), 0);
        List<Search> gone = missing(searches).stream()
                .filter(search -> !search.query().wasSeenJustNow())
                .toList();
        find(
                gone,
                query -> Windows.of(
                        query.intrinsics(), cropSize(), query.extent().turn()),
                SURE_IN_WINDOWS);
        return searches.stream()
                .map(search -> search.answer(cropSize(), viewer.foregroundWidth(), viewer.none()))
                .toList();
    }

    private static List<Search> missing(List<Search> searches) {
        return searches.stream()
                .filter(search -> !search.hasPose() && search.query().extent().searches())
                .toList();
    }

    /** Looks through windows of the frames, then at what looks most like each object there, then around its pose. */
    private void find(List<Search> missing, Function<Query, List<Affine2>> windows, double sure) {
        if (!missing.isEmpty()) {
            missing.forEach(search ->
                    search.searches(weights.lostBelow(search.query().objectId()).orElse(sure)));
            glimpse(missing, windows);
            look(missing, search -> search.places(cropSize()).stream());
            confirm(missing);
        }
    }

    private Optional<Affine2> hint(Query query) {
        return query.region().or(() -> query.lastPose().flatMap(pose -> around(query, pose)));
    }

    private Optional<Affine2> around(Query query, Se3 objectToCamera) {
        return Regions.aroundPose(object(query).keypoints(), objectToCamera, query.intrinsics(), cropSize());
    }

    /** Looks at regions where each search's object should be, and solves. */
    private void look(List<Search> searches, Function<Search, Stream<Affine2>> regions) {
        viewEach(looks(searches, regions), Search::saw);
    }

    /** Looks again around poses that no hint led to; those not found again, surely enough, are given up. */
    private void confirm(List<Search> found) {
        List<Look> looks = looks(
                found,
                search ->
                        search.pose().stream().flatMap(pose -> around(search.query(), pose.objectToCamera()).stream()));
        found.forEach(Search::doubt);
        viewEach(
                looks,
                (search, again) -> search.sawAgain(again, object(search.query()).keypoints()));
    }

    /** A look for each region, of one search, with a pose. */
    private static List<Look> looks(List<Search> searches, Function<Search, Stream<Affine2>> regions) {
        return searches.stream()
                .flatMap(search -> regions.apply(search)
                        .map(region -> new Look(search.query().frame(), region, List.of(search), true)))
                .toList();
    }

    private void viewEach(List<Look> looks, BiConsumer<Search, Sight> tell) {
        List<List<Sight>> seen = viewer.view(looks);
        for (int i = 0; i < looks.size(); i++) {
            List<Search> searches = looks.get(i).searches();
            for (int k = 0; k < searches.size(); k++) {
                tell.accept(searches.get(k), seen.get(i).get(k));
            }
        }
    }

    /** Looks at windows of the frames, each once for all objects that are missing in it. */
    private void glimpse(List<Search> missing, Function<Query, List<Affine2>> windows) {
        IdentityHashMap<RgbImage, List<Search>> byFrame = new IdentityHashMap<>();
        List<Look> looks = new ArrayList<>();
        for (Search search : missing) {
            byFrame.computeIfAbsent(search.query().frame(), frame -> new ArrayList<>())
                    .add(search);
        }
        for (Search search : missing) {
            Query query = search.query();
            Optional.ofNullable(byFrame.remove(query.frame()))
                    .ifPresent(all -> windows.apply(query)
                            .forEach(window -> looks.add(new Look(query.frame(), window, all, false))));
        }
        viewEach(looks, Search::glimpsed);
    }

    /**
     * A solution as a consumer wants it, who follows an object: of the poses that look the same, the one nearest to the last;
     * without a last one, the canonical one. An {@link Estimate} has the pose that its votes are for.
     */
    public PnpSolution steady(Query query, PnpSolution solution) {
        SymmetryGroup symmetries = object(query).symmetries();
        Quaternion wanted = query.lastPose().map(Se3::rotation).orElse(Quaternion.IDENTITY);
        return symmetries.isSymmetric()
                ? solution.times(symmetries.towards(solution.objectToCamera(), wanted))
                : solution;
    }

    /** What a search of a camera's frames tries, and what helps if it finds nothing, a line each for a person. */
    public List<String> advice(String objectId, CameraIntrinsics camera) {
        return WhyLost.advice(object(objectId), camera, weights);
    }

    private ObjectModel object(Query query) {
        return object(query.objectId());
    }

    private ObjectModel object(String id) {
        ObjectModel object = objects.get(id);
        if (object == null) {
            throw new IllegalArgumentException("object '%s': expected one of %s".formatted(id, objects.keySet()));
        }
        return object;
    }

    @Override
    public void close() {
        viewer.close();
    }
}
