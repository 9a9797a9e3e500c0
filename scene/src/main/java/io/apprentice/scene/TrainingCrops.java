package io.apprentice.scene;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.CropWarp;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.loss.PositiveCells;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.Shapes;
import io.apprentice.pose.object.Texture;
import io.apprentice.scene.render.Light;
import io.apprentice.scene.render.Material;
import io.apprentice.scene.render.Renderer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Randomised crops with known poses, rendered directly at crop size, fast enough that a network never waits. These
 * things vary, for these reasons:
 *
 * <ul>
 *   <li>pose: azimuth, elevation, roll, distance and place in the frame vary more than a camera shows them, because a
 *       network interpolates well and extrapolates badly;
 *   <li>camera: the focal length varies within 15 %, because cameras differ and no calibration is exact;
 *   <li>crop: the centre moves by up to a quarter of the box, and the side is 1.5 boxes plus or minus a quarter (the
 *       official jitter), because the region comes from an uncertain last pose; a share of the crops is much wider, up
 *       to the whole frame, because at first the place of the object is unknown;
 *   <li>scene: table, room and clutter have random patterns, or things float before a pattern, so that only the object
 *       itself predicts its pose and other coloured boxes are not taken for it; pictures, if there are any, cover half
 *       of these surfaces and are the backdrop of most crops, because the real world is denser than patterns are;
 *   <li>light: the lamp shines from any side, bright or dim, in any colour from candle to sky, with soft shadows and
 *       gloss, so that the brightness of a side does not reveal which side it is;
 *   <li>other objects: if the network learns several, some of them stand beside the object of the crop and hide a part
 *       of it, as they will when the network looks for each of them in the same picture;
 *   <li>occluders: hands, rods and cards come between camera and object, so that every part learns to predict the pose
 *       alone; they are removed if they leave less than about a third of the object visible, because nothing could be
 *       learnt;
 *   <li>lens and sensor: motion blur and softness, haze and low contrast, gain, white balance, gamma, saturation,
 *       vignetting, noise and JPEG vary, because real pictures differ most from renderings in these, and an online
 *       learner meets them first.
 * </ul>
 *
 * Thread-safe; each thread that makes crops at the same time needs a renderer of its own.
 */
public final class TrainingCrops {
    private static final int FRAME_WIDTH = 640;
    private static final int FRAME_HEIGHT = 480;
    private static final double FOCAL = 600;
    private static final double PARCEL_DIAMETER = 0.36;
    private static final int SHADOW_POINTS = 36;
    private static final int MAX_PICTURES = 256;
    private static final double LEAST_VISIBLE = 0.35;
    /** Largest mean number of other objects in a crop. */
    private static final double OTHERS = 1.5;

    private static final Vec3 UP = new Vec3(0, 0, 1);

    private final List<ObjectModel> objects;
    private final int size;
    private final CropSettings settings;
    private final long seed;
    private final Surfaces surfaces;
    private final Studio.Pool studios;

    /**
     * A source of crops.
     *
     * @param objects the classes, in the order of {@link TrainingCrop#classIndex}
     * @param cropSize side of the crops, pixels, at least 16
     * @throws UncheckedIOException if the folder of backgrounds cannot be read
     */
    public TrainingCrops(List<ObjectModel> objects, int cropSize, CropSettings settings, long seed) {
        if (objects.isEmpty()) {
            throw new IllegalArgumentException("training crops: expected at least one object");
        }
        this.objects = List.copyOf(objects);
        size = cropSize;
        this.settings = settings;
        this.seed = seed;
        studios = new Studio.Pool(cropSize);
        surfaces = Surfaces.forTraining(
                settings.backgrounds().map(TrainingCrops::load).orElse(List.of()));
    }

    /**
     * How long an object's diameter is in the frames that crops are cut from, as a share of the frame's width.
     *
     * @param distance from the camera, diameters
     */
    public static double shareOfWidth(double distance) {
        return FOCAL / FRAME_WIDTH / distance;
    }

    /** Makes a crop, which depends on the seed and the index alone; may be called from several threads at once. */
    public TrainingCrop crop(long index) {
        return studios.lend(studio -> shoot(studio, Randoms.of(seed, index)));
    }

    /** The pose of object and camera, and the part of the frame that the crop shows. */
    private record View(Se3 objectToWorld, Se3 worldToCamera, CameraIntrinsics frame, Affine2 frameToCrop) {}

    private TrainingCrop shoot(Studio studio, RandomGenerator random) {
        int classIndex = random.nextInt(objects.size());
        ObjectModel object = objects.get(classIndex);
        double scale = object.diameter() / PARCEL_DIAMETER;
        View view = view(studio, random, object);
        Renderer renderer = studio.renderer();
        CameraIntrinsics camera = view.frame().cropped(view.frameToCrop(), size);
        Light light = light(random);
        Material material =
                new Material(Material.PLAIN.tint(), Randoms.chance(random, 0.5) ? Randoms.uniform(random, 0, 0.4) : 0);
        boolean table = Randoms.chance(random, surfaces.pictures().isEmpty() ? 0.75 : 0.4);
        Standing self = new Standing(object, view.objectToWorld());
        List<Standing> others = others(random, classIndex, self);
        List<Standing> all = Stream.concat(Stream.of(self), others.stream()).toList();
        Stage stage = new Stage(random, scale, all, table ? random.nextInt(8) : 0, SHADOW_POINTS, surfaces);
        List<Prop> around = table ? List.of() : afloat(random, view, object, scale);
        List<Prop> occluders = Randoms.chance(random, 0.35) ? occluders(random, view, object, scale) : List.of();
        if (table) {
            stage.castShadows(light);
        }
        byte[] rgb = new byte[3 * size * size];
        List<Standing> hiding = others;
        for (boolean done = false; !done; occluders = List.of(), hiding = List.of()) {
            renderer.begin(camera, view.worldToCamera(), light);
            self.draw(renderer, material, 0);
            for (Standing other : hiding) {
                other.draw(renderer, material, Studio.OTHER_OBJECT);
            }
            if (table) {
                stage.drawAround(renderer);
            }
            draw(renderer, around);
            draw(renderer, occluders);
            renderer.resolve(rgb, 0x808080);
            done = occluders.isEmpty() && hiding.isEmpty()
                    || renderer.visibleSamples(0)
                            >= LEAST_VISIBLE * renderer.silhouette(object.mesh(), view.objectToWorld());
        }
        byte[] mask = new byte[size * size];
        float[] surface = new float[3 * size * size];
        // one of the poses that look the same, so that equal pictures have equal targets
        Se3 objectToCamera = object.symmetries().canonical(view.worldToCamera().times(view.objectToWorld()));
        renderer.surface(0, view.worldToCamera().inverse().times(objectToCamera), mask, surface);
        if (!others.isEmpty()) {
            renderer.mark(Studio.OTHER_OBJECT, PositiveCells.OTHER, mask);
        }
        studio.expose(random, rgb);
        studio.cutOff(view.frame(), view.frameToCrop(), rgb, mask, surface);
        return new TrainingCrop(rgb, classIndex, objectToCamera, view.frame(), view.frameToCrop(), mask, surface);
    }

    /** Some of the other objects, beside the object of the crop, where they may hide a part of it. */
    private List<Standing> others(RandomGenerator random, int classIndex, Standing self) {
        List<Standing> others = new ArrayList<>();
        for (int i = 0; i < objects.size(); i++) {
            if (i == classIndex || !Randoms.chance(random, Math.min(0.5, OTHERS / (objects.size() - 1)))) {
                continue;
            }
            ObjectModel object = objects.get(i);
            Quaternion turn = settings.views() == CropSettings.Views.UPPER
                    ? Quaternion.about(UP, Randoms.uniform(random, 0, 2 * Math.PI))
                    : Randoms.rotation(random);
            Standing other = Standing.turned(object, turn);
            double away = (self.radius() + other.radius()) * Randoms.uniform(random, 0.8, 1.6);
            Vec3 where = Viewpoint.orbit(
                    self.objectToWorld().translation(), Randoms.uniform(random, 0, 2 * Math.PI), 0, away);
            others.add(other.at(where));
        }
        return others;
    }

    private static void draw(Renderer renderer, List<Prop> props) {
        for (Prop prop : props) {
            renderer.draw(prop.mesh(), prop.meshToWorld(), prop.material(), Renderer.NO_OBJECT);
        }
    }

    private View view(Studio studio, RandomGenerator random, ObjectModel object) {
        double focal = FOCAL * Randoms.uniform(random, 0.87, 1.15);
        CameraIntrinsics frame = new CameraIntrinsics(
                focal,
                focal,
                (FRAME_WIDTH - 1) / 2.0 + Randoms.uniform(random, -8, 8),
                (FRAME_HEIGHT - 1) / 2.0 + Randoms.uniform(random, -8, 8),
                FRAME_WIDTH,
                FRAME_HEIGHT);
        boolean upper = settings.views() == CropSettings.Views.UPPER;
        Quaternion turn = upper ? Quaternion.IDENTITY : Randoms.rotation(random);
        Se3 objectToWorld = Standing.turned(object, turn).objectToWorld();
        Vec3 centre = objectToWorld.transform(object.low().plus(object.high()).times(0.5));
        double distance = object.diameter()
                * Math.exp(Randoms.uniform(random, Math.log(settings.nearest()), Math.log(settings.farthest())));
        double elevation = Math.toRadians(Randoms.uniform(random, 4, 86));
        double roll = upper
                ? Math.toRadians(Randoms.uniform(random, -settings.roll(), settings.roll()))
                : Randoms.uniform(random, -Math.PI, Math.PI);
        Vec3 eye = Viewpoint.orbit(centre, Randoms.uniform(random, 0, 2 * Math.PI), elevation, distance);
        double off = Randoms.chance(random, 0.2) ? 0.35 : 0.2; // share of the frame, from its middle
        Se3 worldToCamera = Viewpoint.aside(
                Viewpoint.lookAt(eye, centre, roll),
                Randoms.uniform(random, -off, off) * FRAME_WIDTH / focal,
                Randoms.uniform(random, -off, off) * FRAME_HEIGHT / focal);
        Se3 objectToCamera = worldToCamera.times(objectToWorld);
        Affine2 region = studio.region(random, frame, objectToCamera, object, settings.wideShare());
        return new View(objectToWorld, worldToCamera, frame, region);
    }

    private static Light light(RandomGenerator random) {
        Vec3 towards = Viewpoint.orbit(
                Vec3.ZERO, Randoms.uniform(random, 0, 2 * Math.PI), Math.toRadians(Randoms.uniform(random, 15, 88)), 1);
        return new Light(towards, Randoms.lampColour(random, 0.1, 1.0), Randoms.lampColour(random, 0.3, 0.8));
    }

    /** A picture or pattern as the backdrop, and things that float around the object; in place of table and room. */
    private List<Prop> afloat(RandomGenerator random, View view, ObjectModel object, double scale) {
        Se3 cameraToWorld = view.worldToCamera().inverse();
        List<Prop> props = new ArrayList<>();
        Vec3 centre = view.objectToWorld().translation();
        double depth = Math.max(
                8 * object.diameter(),
                1.5 * view.worldToCamera().transform(centre).z());
        float half = (float) (0.8 * depth);
        boolean picture = !surfaces.pictures().isEmpty() && Randoms.chance(random, 0.9);
        Texture texture = picture ? surfaces.picture(random) : surfaces.any(random);
        float repeat = (float) (Randoms.uniform(random, 0.4, 3) / (picture ? width(view, depth) : half));
        Se3 facing = new Se3(Quaternion.about(new Vec3(1, 0, 0), Math.PI), new Vec3(0, 0, depth));
        Material paint = new Material(Randoms.colour(random, 0.8, 1.3, picture ? 0.05 : 0.3), 0);
        props.add(new Prop(
                Shapes.plane(new float[] {-half, 0, half}, repeat, texture),
                cameraToWorld.times(facing),
                paint,
                Vec3.ZERO));
        for (int k = random.nextInt(7); k > 0; k--) {
            double away = object.diameter() * Randoms.uniform(random, 0.75, 1.6);
            Vec3 where = centre.plus(Randoms.direction(random).times(away));
            Se3 pose = new Se3(Randoms.rotation(random), where);
            if (view.worldToCamera().transform(where).z()
                    > view.worldToCamera().transform(centre).z()) {
                props.add(Prop.clutter(random, scale, pose, surfaces));
            }
        }
        return props;
    }

    /** Width of what the crop shows at a distance from the camera, metres. */
    private double width(View view, double depth) {
        Affine2 back = view.frameToCrop().inverse();
        return (back.u(size, 0) - back.u(0, 0)) / view.frame().fx() * depth;
    }

    private List<Prop> occluders(RandomGenerator random, View view, ObjectModel object, double scale) {
        Se3 cameraToWorld = view.worldToCamera().inverse();
        List<Prop> props = new ArrayList<>();
        for (int k = random.nextInt(1, 3); k > 0; k--) {
            double share = Randoms.uniform(random, 0.45, 0.8);
            Vec3 beside = Randoms.direction(random).times(object.diameter() * Randoms.uniform(random, 0.1, 0.6));
            Vec3 target = view.worldToCamera()
                    .transform(view.objectToWorld().translation().plus(beside));
            Quaternion turn = Quaternion.about(UP, Randoms.uniform(random, 0, 2 * Math.PI))
                    .times(Quaternion.about(new Vec3(1, 0, 0), Randoms.uniform(random, -0.6, 0.6)));
            Se3 toCamera = new Se3(turn, target.times(share));
            for (Prop part : Prop.occluder(random, scale, surfaces)) {
                props.add(part.at(cameraToWorld.times(toCamera).times(part.meshToWorld())));
            }
        }
        return props;
    }

    private static List<Texture> load(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> chosen = files.filter(
                            f -> f.toString().toLowerCase(java.util.Locale.ROOT).matches(".*\\.(jpe?g|png)"))
                    .sorted()
                    .limit(MAX_PICTURES)
                    .toList();
            if (chosen.isEmpty()) {
                throw new IOException(folder + ": expected JPEG or PNG pictures, found none");
            }
            List<Texture> textures = new ArrayList<>();
            for (Path file : chosen) {
                RgbImage image = ImageCodec.decode(Files.readAllBytes(file));
                int side = Math.min(image.width(), image.height());
                byte[] square = new byte[3 * 256 * 256];
                CropWarp.warp(
                        image,
                        Affine2.squareCrop(image.width() / 2.0, image.height() / 2.0, side, 256),
                        256,
                        square,
                        0);
                textures.add(Texture.of(new RgbImage(256, 256, square)));
            }
            return List.copyOf(textures);
        } catch (IOException e) {
            throw new UncheckedIOException("crops.backgrounds: " + e.getMessage(), e);
        }
    }
}
