package io.apprentice.recordings.bop;

import io.apprentice.pose.object.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The targets in the test images of a BOP dataset's folder. */
public final class BopTargets {

    /** Instances with a smaller visible fraction are not targets. */
    public static final double LEAST_VISIBLE_FRACTION = 0.1;

    private static final String LIST = "test_targets_bop19.json";

    private BopTargets() {}

    /** Whether the dataset has a list of targets. */
    public static boolean areListed(Path dataset) {
        return Files.isRegularFile(dataset.resolve(LIST));
    }

    /**
     * The targets in {@code test_targets_bop19.json}, as in the BOP challenge; if an image shows more instances of an
     * object than are listed, the most visible ones.
     *
     * @throws IOException if a file is missing or broken, or an image shows fewer instances than are listed
     */
    public static List<BopTarget> listed(Path dataset) throws IOException {
        SortedMap<Integer, SortedMap<Integer, List<BopPose>>> scenes = truth(dataset);
        JsonFile entries = JsonFile.readArray(dataset.resolve(LIST));
        List<BopTarget> targets = new ArrayList<>();
        for (int i = 0; i < entries.count(); i++) {
            JsonFile entry = entries.get(i);
            int scene = entry.get("scene_id").integer();
            int image = entry.get("im_id").integer();
            int object = entry.get("obj_id").integer();
            int count = entry.get("inst_count").integer();
            List<BopPose> poses = scenes.getOrDefault(scene, new TreeMap<>()).getOrDefault(image, List.of()).stream()
                    .filter(pose -> pose.objectId() == object)
                    .sorted(Comparator.comparingDouble(BopPose::visibleFraction).reversed())
                    .toList();
            if (poses.size() < count) {
                throw entry.problem("at most the %d instances of object %d that the truth has in image %d of scene %d"
                        .formatted(poses.size(), object, image, scene));
            }
            poses.stream().limit(count).forEach(pose -> targets.add(new BopTarget(scene, image, pose)));
        }
        return targets;
    }

    /**
     * All instances that are at least a tenth visible.
     *
     * @throws IOException if a file is missing or broken
     */
    public static List<BopTarget> visible(Path dataset) throws IOException {
        List<BopTarget> targets = new ArrayList<>();
        truth(dataset)
                .forEach((scene, images) -> images.forEach((image, poses) -> poses.stream()
                        .filter(pose -> pose.visibleFraction() >= LEAST_VISIBLE_FRACTION)
                        .forEach(pose -> targets.add(new BopTarget(scene, image, pose)))));
        return targets;
    }

    /**
     * The scenes of the test split: {@code test/000001} and so on, by number.
     *
     * @throws IOException if there is none
     */
    public static SortedMap<Integer, Path> scenes(Path dataset) throws IOException {
        Path test = dataset.resolve("test");
        SortedMap<Integer, Path> scenes = new TreeMap<>();
        if (Files.isDirectory(test)) {
            try (Stream<Path> folders = Files.list(test)) {
                folders.filter(f -> f.getFileName().toString().matches("\\d{1,9}"))
                        .forEach(f -> scenes.put(Integer.valueOf(f.getFileName().toString()), f));
            }
        }
        if (scenes.isEmpty()) {
            throw new IOException(dataset + ": no scenes; expected a BOP dataset with test/000001 or the like");
        }
        return scenes;
    }

    private static SortedMap<Integer, SortedMap<Integer, List<BopPose>>> truth(Path dataset) throws IOException {
        SortedMap<Integer, SortedMap<Integer, List<BopPose>>> truth = new TreeMap<>();
        for (Map.Entry<Integer, Path> scene : scenes(dataset).entrySet()) {
            truth.put(scene.getKey(), BopGroundTruth.read(scene.getValue().resolve("scene_gt.json")));
        }
        return truth;
    }
}
