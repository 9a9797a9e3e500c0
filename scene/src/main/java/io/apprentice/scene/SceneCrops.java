package io.apprentice.scene;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.CropWarp;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.loss.PositiveCells;
import io.apprentice.pose.object.BopModels;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.ObjectModels;
import io.apprentice.pose.object.TriangleMesh;
import io.apprentice.recordings.bop.BopImage;
import io.apprentice.recordings.bop.BopPose;
import io.apprentice.recordings.bop.BopScene;
import io.apprentice.scene.render.Light;
import io.apprentice.scene.render.Renderer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Crops cut out of the images of BOP scenes, around objects with a ground-truth pose. All objects are drawn equally
 * often, and so are the instances of one object that are at least a tenth visible. Region, lens and sensor vary as in
 * {@link TrainingCrops}.
 *
 * <p>The mask of an object is its silhouette, less what is hidden by objects in front of it with known meshes (the
 * objects themselves and the dataset's {@code models}), less what the published {@code mask_visib} leaves out. If there
 * is no such mask, and {@code scene_gt_info.json} says that clearly less of an instance is visible, the instance is
 * skipped, because what hides it is unknown.
 *
 * <p>Thread-safe. Images are read anew for each crop, so memory does not grow with the scenes.
 */
public final class SceneCrops {
    private static final double LEAST_VISIBLE = 0.1;
    private static final double UNEXPLAINED = 0.1;
    private static final int PROBE = 64;
    private static final Vec3 WHITE = new Vec3(1, 1, 1);
    private static final Light LIGHT = new Light(WHITE, WHITE, WHITE);

    private final List<ObjectModel> objects;
    private final int size;
    private final double wideShare;
    private final long seed;
    private final Studio.Pool studios;
    private final Map<String, Integer> classes = new HashMap<>();
    /** By BOP's object number: the objects, and others that may hide them. */
    private final Map<Integer, TriangleMesh> meshes = new HashMap<>();
    /** One list per class, without the classes that have no instance. */
    private final List<List<Instance>> instances;

    private record Instance(int classIndex, BopScene scene, BopImage image, BopPose truth) {}

    /**
     * A source of crops.
     *
     * @param scenes folders of BOP scenes of one dataset, at least one
     * @param objects the classes, in the order of {@link TrainingCrop#classIndex}, called as {@link BopModels#name} does
     * @param cropSize side of the crops, pixels, at least 16
     * @param wideShare share of crops that show a much larger part of the frame, as in {@link CropSettings}
     * @throws IOException if a folder is not a BOP scene or shows none of the objects; names it and what was expected
     */
    public SceneCrops(List<Path> scenes, List<ObjectModel> objects, int cropSize, double wideShare, long seed)
            throws IOException {
        this.objects = List.copyOf(objects);
        size = cropSize;
        this.wideShare = wideShare;
        this.seed = seed;
        studios = new Studio.Pool(cropSize);
        List<List<Instance>> byClass = new ArrayList<>();
        for (ObjectModel object : objects) {
            classes.put(object.id(), byClass.size());
            byClass.add(new ArrayList<>());
        }
        for (Path folder : scenes) {
            BopScene scene = BopScene.read(folder);
            addMeshes(scene);
            List<Instance> found = instances(scene);
            if (found.isEmpty()) {
                throw new IOException(
                        "%s: expected scene_gt.json with poses of %s, visible to a tenth or more, found poses of %s"
                                .formatted(
                                        folder,
                                        objects.stream().map(ObjectModel::id).toList(),
                                        scene.objectIds().stream()
                                                .map(BopModels::name)
                                                .toList()));
            }
            found.forEach(instance -> byClass.get(instance.classIndex()).add(instance));
        }
        byClass.removeIf(List::isEmpty);
        instances = List.copyOf(byClass);
    }

    private List<Instance> instances(BopScene scene) {
        Renderer probe = new Renderer(PROBE, PROBE);
        List<Instance> found = new ArrayList<>();
        for (BopImage image : scene.images()) {
            for (BopPose truth : image.truth()) {
                Instance instance = new Instance(classOf(truth.objectId()), scene, image, truth);
                if (instance.classIndex() >= 0
                        && truth.visibleFraction() >= LEAST_VISIBLE
                        && objects.get(instance.classIndex()).keypoints().stream()
                                .allMatch(
                                        k -> truth.objectToCamera().transform(k).z() > 0)
                        && explained(instance, probe)) {
                    found.add(instance);
                }
            }
        }
        return found;
    }

    /** Whether what hides the instance is known. */
    private boolean explained(Instance instance, Renderer probe) {
        BopPose truth = instance.truth();
        if (truth.visibleFraction() >= 1 - UNEXPLAINED
                || instance.scene().visibleMask(instance.image(), truth).isPresent()) {
            return true;
        }
        ObjectModel object = objects.get(instance.classIndex());
        Vec3 middle = truth.objectToCamera()
                .transform(object.low().plus(object.high()).times(0.5));
        CameraIntrinsics frame = instance.image().intrinsics(PROBE, PROBE); // the size does not matter here
        double side = 1.5 * frame.fx() * object.diameter() / middle.z();
        Affine2 around = Affine2.squareCrop(frame.projectX(middle), frame.projectY(middle), side, PROBE);
        draw(probe, instance, frame.cropped(around, PROBE));
        probe.resolve(new byte[3 * PROBE * PROBE], 0);
        long whole = probe.silhouette(object.mesh(), truth.objectToCamera());
        return probe.visibleSamples(0) <= (truth.visibleFraction() + UNEXPLAINED) * whole;
    }

    /** Class of a BOP object number, or -1. */
    private int classOf(int number) {
        return classes.getOrDefault(BopModels.name(number), -1);
    }

    private void addMeshes(BopScene scene) throws IOException {
        for (int number : scene.objectIds()) {
            int classIndex = classOf(number);
            if (classIndex >= 0) {
                meshes.put(number, objects.get(classIndex).mesh());
            } else if (!meshes.containsKey(number)) {
                Optional<Path> file = scene.mesh(number);
                if (file.isPresent()) {
                    meshes.put(
                            number,
                            ObjectModels.load(BopModels.name(number), file.get().toString())
                                    .mesh());
                }
            }
        }
    }

    /** Ids of the objects that no scene shows. */
    public List<String> unseen() {
        Set<Integer> seen = instances.stream().map(i -> i.get(0).classIndex()).collect(Collectors.toSet());
        return objects.stream()
                .map(ObjectModel::id)
                .filter(id -> !seen.contains(classes.get(id)))
                .toList();
    }

    /**
     * Makes a crop, which depends on the scenes, the seed and the index alone; may be called from several threads at
     * once.
     *
     * @throws UncheckedIOException if an image is missing or broken, naming it
     */
    public TrainingCrop crop(long index) {
        RandomGenerator random = Randoms.of(seed, index);
        List<Instance> ofOneObject = instances.get(random.nextInt(instances.size()));
        Instance instance = ofOneObject.get(random.nextInt(ofOneObject.size()));
        return studios.lend(studio -> cut(studio, random, instance));
    }

    private TrainingCrop cut(Studio studio, RandomGenerator random, Instance instance) {
        ObjectModel object = objects.get(instance.classIndex());
        Se3 objectToCamera = object.symmetries().canonical(instance.truth().objectToCamera());
        RgbImage picture = read(instance.image().file());
        CameraIntrinsics frame = instance.image().intrinsics(picture.width(), picture.height());
        Affine2 frameToCrop = studio.region(random, frame, objectToCamera, object, wideShare);
        byte[] rgb = new byte[3 * size * size];
        CropWarp.warp(picture, frameToCrop, size, rgb, 0);
        studio.expose(random, rgb);
        byte[] mask = new byte[size * size];
        float[] surface = new float[3 * size * size];
        draw(studio.renderer(), instance, frame.cropped(frameToCrop, size));
        studio.renderer().surface(0, objectToCamera, mask, surface);
        instance.scene()
                .visibleMask(instance.image(), instance.truth())
                .ifPresent(file -> hide(read(file), frameToCrop.inverse(), mask, surface));
        studio.renderer().mark(Studio.OTHER_OBJECT, PositiveCells.OTHER, mask);
        studio.cutOff(frame, frameToCrop, rgb, mask, surface);
        return new TrainingCrop(rgb, instance.classIndex(), objectToCamera, frame, frameToCrop, mask, surface);
    }

    /**
     * Draws the instance as object 0, other classes as {@link Studio#OTHER_OBJECT}, and the rest that has a mesh as no
     * object.
     */
    private void draw(Renderer renderer, Instance instance, CameraIntrinsics camera) {
        renderer.begin(camera, Se3.IDENTITY, LIGHT);
        for (BopPose pose : instance.image().truth()) {
            TriangleMesh mesh = meshes.get(pose.objectId());
            if (mesh != null) {
                int known = classOf(pose.objectId()) < 0 ? Renderer.NO_OBJECT : Studio.OTHER_OBJECT;
                renderer.draw(
                        mesh,
                        pose.objectToCamera(),
                        pose.index() == instance.truth().index() ? 0 : known);
            }
        }
    }

    /** Hides the object where the published mask is black. */
    private void hide(RgbImage published, Affine2 cropToFrame, byte[] mask, float[] surface) {
        for (int i = 0; i < mask.length; i++) {
            int x = (int) Math.rint(cropToFrame.u(i % size, Math.floorDiv(i, size)));
            int y = (int) Math.rint(cropToFrame.v(i % size, Math.floorDiv(i, size)));
            boolean inside = x >= 0 && y >= 0 && x < published.width() && y < published.height();
            if (inside && published.rgb()[3 * (y * published.width() + x)] == 0) {
                Studio.hide(i, mask, surface);
            }
        }
    }

    private static RgbImage read(Path file) {
        try {
            return ImageCodec.decode(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(new IOException(file + ": " + e.getMessage(), e));
        }
    }
}
