package io.apprentice.scene;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.render.Light;
import io.apprentice.scene.render.Material;
import io.apprentice.scene.render.Renderer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A camera that moves around objects on a cluttered table. Objects stand upright (their z up). Camera, light, people in
 * the background and things that pass in front move smoothly, and lens and sensor are simulated. The patterns of
 * tables, walls and clutter are disjoint from those that {@link TrainingCrops} uses.
 *
 * <p>With a shift, the world changes for good at that frame: evening light from another side, another table, other
 * walls and clutter, haze, more noise and a longer exposure. The motion continues as before.
 *
 * <p>Frames can be made in any order and from any thread, one at a time.
 */
public final class SyntheticCamera {
    private static final double FOCAL_PER_WIDTH = 600.0 / 640;
    private static final double PARCEL_DIAMETER = 0.36;
    private static final int THINGS = 11;
    private static final int SHADOW_POINTS = 100;
    private static final int WALKERS = 4;
    private static final double PASSING_EVERY = 7;
    private static final double PASSING_SECONDS = 2.4;

    private final List<ObjectModel> objects;
    private final SceneSettings settings;
    private final CameraIntrinsics intrinsics;
    private final Renderer renderer;
    private final int[] pixels;
    private final Sensor sensor;
    private final double scale;
    private final double spread;
    private final double[] phases = new double[32];
    private final Setting before;
    private final Setting after;

    /** A world: its stage, the people who walk by, and its light. */
    private record Setting(Stage stage, List<Prop> walkers, Mood mood) {}

    /** A camera that films these objects; {@link SyntheticFrame#truth} has their order. */
    public SyntheticCamera(List<ObjectModel> objects, SceneSettings settings) {
        if (objects.isEmpty()) {
            throw new IllegalArgumentException("synthetic camera: expected at least one object");
        }
        this.objects = List.copyOf(objects);
        this.settings = settings;
        double focal = FOCAL_PER_WIDTH * settings.width();
        intrinsics = new CameraIntrinsics(
                focal,
                focal,
                (settings.width() - 1) / 2.0,
                (settings.height() - 1) / 2.0,
                settings.width(),
                settings.height());
        renderer = new Renderer(settings.width(), settings.height());
        pixels = new int[settings.width() * settings.height()];
        sensor = new Sensor(settings.width(), settings.height());
        scale = objects.stream().mapToDouble(ObjectModel::diameter).max().orElseThrow() / PARCEL_DIAMETER;
        spread = objects.size() == 1 ? 0 : scale * Math.max(0.2, 0.19 / Math.sin(Math.PI / objects.size()));
        RandomGenerator random = Randoms.of(settings.seed(), -1);
        for (int i = 0; i < phases.length; i++) {
            phases[i] = Randoms.uniform(random, 0, 2 * Math.PI);
        }
        before = setting(Randoms.of(settings.seed(), -2), Mood.day(phases[0]));
        after = settings.shiftAtFrame().isPresent()
                ? setting(Randoms.of(settings.seed(), -3), Mood.evening(phases[0]))
                : before;
    }

    /**
     * Makes a frame, which depends on the settings and the index alone.
     *
     * @throws IllegalArgumentException if the index is negative
     */
    public synchronized SyntheticFrame frame(long index) {
        if (index < 0) {
            throw new IllegalArgumentException("frame index: expected 0 or more, got " + index);
        }
        double t = index / settings.framesPerSecond();
        boolean shifted = index >= settings.shiftAtFrame().orElse(Long.MAX_VALUE);
        Setting setting = shifted ? after : before;
        Se3 worldToCamera = camera(t);
        Light light = light(setting.mood(), t);
        setting.stage().castShadows(light);
        renderer.begin(intrinsics, worldToCamera, light);
        setting.stage().draw(renderer);
        drawWalkers(setting.walkers(), t);
        drawPassing(worldToCamera, t);
        renderer.resolve(pixels, 0);
        List<TruePose> truth = new ArrayList<>();
        for (int i = 0; i < objects.size(); i++) {
            Se3 objectToWorld = setting.stage().objectToWorld(i);
            long whole = renderer.silhouette(objects.get(i).mesh(), objectToWorld);
            double visible = whole == 0 ? 0 : Math.min(1, (double) renderer.visibleSamples(i) / whole);
            truth.add(new TruePose(objects.get(i).id(), worldToCamera.times(objectToWorld), visible));
        }
        RgbImage image = RgbImage.black(settings.width(), settings.height());
        sensor.expose(pixels, exposure(setting.mood(), t, index), image.rgb());
        return new SyntheticFrame(image, intrinsics, List.copyOf(truth));
    }

    private Setting setting(RandomGenerator random, Mood mood) {
        List<Standing> places = new ArrayList<>();
        for (int i = 0; i < objects.size(); i++) {
            double angle = 2 * Math.PI * i / objects.size();
            Quaternion turn = Quaternion.about(new Vec3(0, 0, 1), objects.size() == 1 ? 0 : angle);
            Vec3 where = new Vec3(
                    spread * Math.cos(angle),
                    spread * Math.sin(angle),
                    -objects.get(i).low().z());
            places.add(new Standing(objects.get(i), new Se3(turn, where)));
        }
        Stage stage = new Stage(random, scale, places, THINGS, SHADOW_POINTS, Surfaces.HELD_OUT);
        List<Prop> walkers = new ArrayList<>();
        for (int i = 0; i < WALKERS; i++) {
            Material coat = new Material(Randoms.colour(random, 0.4, 1.1, 0.3), 0);
            walkers.add(Prop.cylinder(
                    0.16 * scale, 0.24 * scale, 0.7 * scale, Se3.IDENTITY, coat, Surfaces.HELD_OUT.any(random)));
        }
        return new Setting(stage, walkers, mood);
    }

    /** The camera of every frame. */
    public CameraIntrinsics intrinsics() {
        return intrinsics;
    }

    /** A sine of time with one of the random phases, -1 to 1. */
    private double wave(int phase, double period, double t) {
        return Math.sin(2 * Math.PI * t / period + phases[phase]);
    }

    private Se3 camera(double t) {
        // on a swaying arm: like a mounted camera it stays on its side of the table and returns to the same views
        double azimuth = phases[1] + Math.toRadians(35 * wave(2, 29, t) + 8 * wave(2, 7, t));
        double elevation = Math.toRadians(42 + 9 * wave(3, 13, t) + 3 * wave(4, 5.3, t));
        double distance = scale * (0.74 + 0.14 * wave(5, 11, t) + 0.05 * wave(6, 4.1, t));
        double roll = Math.toRadians(8 * wave(7, 9, t) + 3 * wave(8, 3.1, t));
        double room = 0.28 * (distance / scale - 0.35); // a near object stays closer to the middle
        Vec3 target = new Vec3(0, 0, 0.05 * scale);
        Se3 centred =
                Viewpoint.lookAt(Viewpoint.orbit(target, azimuth, elevation, distance + 1.2 * spread), target, roll);
        return Viewpoint.aside(
                centred,
                room * (wave(9, 7.3, t) + 0.4 * wave(10, 2.9, t)),
                0.6 * room * (wave(11, 8.3, t) + 0.4 * wave(12, 3.3, t)));
    }

    private Light light(Mood mood, double t) {
        Vec3 towards = Viewpoint.orbit(
                Vec3.ZERO,
                mood.lampAzimuth() + 0.7 * wave(13, 23, t),
                mood.lampElevation() + 0.25 * wave(14, 19, t),
                1);
        double level = 1 + 0.22 * wave(15, 8.7, t) + 0.08 * wave(16, 2.3, t);
        double warmth = 0.08 * wave(17, 14, t);
        Vec3 lamp = mood.lamp();
        return new Light(
                towards,
                new Vec3(lamp.x() * (1 + warmth), lamp.y(), lamp.z() * (1 - warmth)).times(level),
                mood.ambient().times(1 + 0.12 * wave(18, 12, t)));
    }

    private void drawWalkers(List<Prop> walkers, double t) {
        for (int i = 0; i < walkers.size(); i++) {
            double angle = phases[19 + i] + 2 * Math.PI * t / (i % 2 == 0 ? 37 : -29) + 0.4 * wave(19 + i, 11, t);
            Vec3 where = new Vec3(Math.cos(angle), Math.sin(angle), 0).times(scale * (1.5 + 0.2 * i));
            Prop walker = walkers.get(i);
            renderer.draw(
                    walker.mesh(),
                    new Se3(Quaternion.IDENTITY, where.plus(new Vec3(0, 0, -0.05 * scale))),
                    walker.material(),
                    Renderer.NO_OBJECT);
        }
    }

    /**
     * Draws what passes between camera and table every few seconds; its kind, path and time depend on the number of the
     * event.
     */
    private void drawPassing(Se3 worldToCamera, double t) {
        long event = (long) Math.floor(t / PASSING_EVERY);
        RandomGenerator random = Randoms.of(settings.seed(), 1000 + event);
        double start = event * PASSING_EVERY + Randoms.uniform(random, 0, PASSING_EVERY - PASSING_SECONDS);
        double progress = (t - start) / PASSING_SECONDS;
        if (progress < 0 || progress > 1) {
            return;
        }
        List<Prop> parts = Prop.occluder(random, scale, Surfaces.HELD_OUT);
        double depth = worldToCamera.translation().z() * Randoms.uniform(random, 0.5, 0.65);
        double angle = Randoms.uniform(random, 0, 2 * Math.PI);
        double aside = depth * Randoms.uniform(random, -0.12, 0.12);
        boolean hand = parts.size() > 1;
        boolean rod = !hand && parts.get(0).half().z() > 0.3 * scale;
        double along = depth * (hand ? 0.75 - 0.72 * Math.sin(Math.PI * progress) : 0.85 * (1 - 2 * progress));
        Vec3 where = new Vec3(
                along * Math.cos(angle) - aside * Math.sin(angle),
                along * Math.sin(angle) + aside * Math.cos(angle),
                depth);
        Quaternion turn = Quaternion.about(new Vec3(0, 0, 1), angle + (rod ? Math.PI / 2 + 0.4 * (progress - 0.5) : 0));
        Se3 toWorld = worldToCamera.inverse().times(new Se3(turn, where));
        for (Prop part : parts) {
            renderer.draw(part.mesh(), toWorld.times(part.meshToWorld()), part.material(), Renderer.NO_OBJECT);
        }
    }

    private Exposure exposure(Mood mood, double t, long index) {
        Vec3 middle = new Vec3(0, 0, 0.05 * scale);
        Vec3 opens = camera(t - mood.shutter() / 2).transform(middle);
        Vec3 closes = camera(t + mood.shutter() / 2).transform(middle);
        return new Exposure(
                intrinsics.projectX(closes) - intrinsics.projectX(opens),
                intrinsics.projectY(closes) - intrinsics.projectY(opens),
                0,
                mood.haze(),
                mood.hazeColour(),
                mood.gain().times(1 + 0.05 * wave(24, 3.7, t)),
                1,
                mood.saturation(),
                0.25,
                mood.noise(),
                settings.seed() * 31 + index);
    }
}
