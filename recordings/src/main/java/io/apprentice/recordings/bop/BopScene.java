package io.apprentice.recordings.bop;

import io.apprentice.pose.object.BopModels;
import io.apprentice.pose.object.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A BOP scene: a folder with {@code rgb/} (or {@code gray/}), {@code scene_camera.json} and, if published,
 * {@code scene_gt.json} and {@code scene_gt_info.json}. It has the names and numbers of the images, which are read
 * later, one by one.
 *
 * @param directory the scene's folder
 * @param images by ascending image number, at least one
 */
public record BopScene(Path directory, List<BopImage> images) {

    private static final Pattern IMAGE_NAME = Pattern.compile("(\\d{1,9})\\.(png|jpg|jpeg)");

    /** Copies the list. */
    public BopScene {
        images = List.copyOf(images);
    }

    /**
     * Reads a scene.
     *
     * @throws IOException if the folder is not a BOP scene or a file in it is broken, naming what was expected
     */
    public static BopScene read(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException(directory + ": no such folder; expected a BOP scene with rgb/ and scene_camera.json");
        }
        JsonFile cameras = JsonFile.read(directory.resolve("scene_camera.json"));
        Path truthFile = directory.resolve("scene_gt.json");
        Map<Integer, List<BopPose>> truth = Files.exists(truthFile) ? BopGroundTruth.read(truthFile) : Map.of();
        List<BopImage> images = new ArrayList<>();
        for (Map.Entry<Integer, Path> image : imageFiles(directory).entrySet()) {
            int number = image.getKey();
            JsonFile camera = cameras.get(key(cameras, number)).get("cam_K");
            double[] k = camera.numbers(9);
            if (!(k[0] > 0 && k[4] > 0) || Math.abs(k[1]) > 1e-6 * k[0]) {
                throw camera.problem("[fx, 0, cx, 0, fy, cy, 0, 0, 1] with fx and fy above 0");
            }
            images.add(new BopImage(
                    number, image.getValue(), k[0], k[4], k[2], k[5], truth.getOrDefault(number, List.of())));
        }
        if (images.isEmpty()) {
            throw new IOException(directory + ": no images; expected rgb/000000.png (or .jpg) and so on");
        }
        return new BopScene(directory, images);
    }

    /** Keys are plain numbers in BOP; zero-padded ones, as in the file names, are accepted too. */
    private static String key(JsonFile cameras, int number) {
        String padded = String.format(Locale.ROOT, "%06d", number);
        return cameras.has(padded) ? padded : Integer.toString(number);
    }

    private static Map<Integer, Path> imageFiles(Path directory) throws IOException {
        Path folder = directory.resolve("rgb");
        if (!Files.isDirectory(folder)) {
            folder = directory.resolve("gray");
        }
        if (!Files.isDirectory(folder)) {
            throw new IOException(directory + ": no images; expected a folder rgb/ (or gray/) in it");
        }
        Map<Integer, Path> byNumber = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.sorted().forEach(file -> {
                Matcher name = IMAGE_NAME.matcher(file.getFileName().toString().toLowerCase(Locale.ROOT));
                if (name.matches()) {
                    byNumber.putIfAbsent(Integer.valueOf(name.group(1)), file);
                }
            });
        }
        return byNumber;
    }

    /** BOP's number of the scene, which is the name of its folder; empty if that is not a number. */
    public Optional<Integer> number() {
        return Optional.of(directory.toAbsolutePath().normalize().getFileName().toString())
                .filter(name -> name.matches("\\d{1,9}"))
                .map(Integer::valueOf);
    }

    /** BOP's numbers of the objects in the ground truth, ascending; empty without ground truth. */
    public SortedSet<Integer> objectIds() {
        SortedSet<Integer> ids = new TreeSet<>();
        images.forEach(image -> image.truth().forEach(pose -> ids.add(pose.objectId())));
        return ids;
    }

    /** The mask of the visible part of an object, white on black, in {@code mask_visib/}; empty if none is published. */
    public Optional<Path> visibleMask(BopImage image, BopPose pose) {
        Path mask = directory
                .resolve("mask_visib")
                .resolve(String.format(Locale.ROOT, "%06d_%06d.png", image.number(), pose.index()));
        return Optional.of(mask).filter(Files::isRegularFile);
    }

    /**
     * The usual place of the models of this scene's dataset: {@code models} beside the folder of scenes.
     *
     * @throws IOException if there is no such folder
     */
    public Path modelsDirectory() throws IOException {
        if (!Files.isDirectory(models())) {
            throw new IOException(directory + ": models not found; expected them in ../../models of the scene");
        }
        return models();
    }

    /** The mesh of an object in that folder; empty if there is none. */
    public Optional<Path> mesh(int number) {
        return Optional.of(models().resolve(BopModels.name(number) + ".ply")).filter(Files::isRegularFile);
    }

    private Path models() {
        return directory.toAbsolutePath().resolve("../../models").normalize();
    }
}
