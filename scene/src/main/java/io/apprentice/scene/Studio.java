package io.apprentice.scene;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.ProjectedBox;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.CropWarp;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.render.PackedPixels;
import io.apprentice.scene.render.Renderer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Where training crops of one size are made, rendered or cut out of photographs: what they vary alike. Not thread-safe (it
 * keeps scratch space).
 */
final class Studio {
    /** To be drawn as: one that the network knows beside the crop's object, which is object 0. */
    static final int OTHER_OBJECT = 1;

    private final int size;
    private final Renderer renderer;
    private final int[] pixels;
    private final Sensor sensor;

    private Studio(int size) {
        this.size = size;
        renderer = new Renderer(size, size);
        pixels = new int[size * size];
        sensor = new Sensor(size, size);
    }

    /** Studios for as many threads as ask at the same time. */
    static final class Pool {
        private final int size;
        private final ConcurrentLinkedQueue<Studio> free = new ConcurrentLinkedQueue<>();

        /** For crops of {@code size} pixels, at least 16. */
        Pool(int size) {
            if (size < 16) {
                throw new IllegalArgumentException("training crops: expected a size from 16, got " + size);
            }
            this.size = size;
        }

        /** Lends one for a piece of work, the result of which must not hold it. */
        TrainingCrop lend(Function<Studio, TrainingCrop> work) {
            Studio studio = free.poll();
            if (studio == null) {
                studio = new Studio(size);
            }
            TrainingCrop made = work.apply(studio);
            free.add(studio);
            return made;
        }
    }

    /** Draws pictures of the crops' size. */
    Renderer renderer() {
        return renderer;
    }

    /** The part of the frame that the crop shows; {@code wideShare} as in {@link CropSettings}. */
    Affine2 region(
            RandomGenerator random, CameraIntrinsics frame, Se3 objectToCamera, ObjectModel object, double wideShare) {
        double whole = Math.max(frame.width(), frame.height());
        Affine2 wholeFrame = Affine2.squareCrop(frame.width() / 2.0, frame.height() / 2.0, whole, size);
        Optional<ProjectedBox> projected = ProjectedBox.of(object.keypoints(), objectToCamera, frame);
        if (projected.isEmpty()) {
            return wholeFrame;
        }
        ProjectedBox box = projected.get();
        double w = box.width();
        double h = box.height();
        double cx = box.centreX() + w * Randoms.uniform(random, -0.25, 0.25);
        double cy = box.centreY() + h * Randoms.uniform(random, -0.25, 0.25);
        double side = 1.5 * Math.max(w, h) * Randoms.uniform(random, 0.75, 1.25);
        if (Randoms.chance(random, wideShare)) {
            if (random.nextBoolean()) {
                return wholeFrame;
            }
            side = Math.max(w, h) * Randoms.uniform(random, 2, 5);
            cx += 0.3 * side * Randoms.uniform(random, -0.8, 0.8);
            cy += 0.3 * side * Randoms.uniform(random, -0.8, 0.8);
        }
        return Affine2.squareCrop(cx, cy, Math.min(side, 1.3 * whole), size);
    }

    /** What lens, sensor and JPEG make of a crop, in place. */
    void expose(RandomGenerator random, byte[] rgb) {
        PackedPixels.read(rgb, pixels);
        sensor.expose(pixels, exposure(random), rgb);
        if (Randoms.chance(random, 0.3)) {
            compress(rgb, random.nextInt(30, 95));
        }
    }

    private static Exposure exposure(RandomGenerator random) {
        double angle = Randoms.uniform(random, 0, Math.PI);
        double motion = Randoms.chance(random, 0.35) ? Randoms.uniform(random, 0.5, 6) : 0;
        double softness = Randoms.chance(random, 0.5) ? Randoms.uniform(random, 0.2, 1.2) : 0;
        double haze = Randoms.chance(random, 0.4) ? Randoms.uniform(random, 0, 0.45) : 0;
        Vec3 balance = Randoms.lampColour(random, 0.75, 1.3);
        double gamma = Math.exp(Randoms.uniform(random, -0.35, 0.3));
        double saturation = Randoms.uniform(random, 0.5, 1.4);
        double noise = Randoms.chance(random, 0.7) ? Randoms.uniform(random, 0.5, 10) : 0;
        return new Exposure(
                motion * Math.cos(angle),
                motion * Math.sin(angle),
                softness,
                haze,
                Randoms.colour(random, 0.4, 1, 0.15),
                balance,
                gamma,
                saturation,
                Randoms.uniform(random, 0, 0.3),
                noise,
                random.nextLong());
    }

    private void compress(byte[] rgb, int quality) {
        try {
            RgbImage decoded = ImageCodec.decode(ImageCodec.encodeJpeg(new RgbImage(size, size, rgb), quality));
            System.arraycopy(decoded.rgb(), 0, rgb, 0, rgb.length);
        } catch (IOException e) {
            throw new UncheckedIOException("a JPEG of our own cannot be decoded", e);
        }
    }

    /** Outside the frame there is the border colour and no object. */
    void cutOff(CameraIntrinsics frame, Affine2 frameToCrop, byte[] rgb, byte[] mask, float[] surface) {
        Affine2 back = frameToCrop.inverse();
        for (int v = 0, i = 0; v < size; v++) {
            double y = back.v(0, v);
            for (int u = 0; u < size; u++, i++) {
                double x = back.u(u, 0);
                if (x < -0.5 || y < -0.5 || x > frame.width() - 0.5 || y > frame.height() - 0.5) {
                    rgb[3 * i] = (byte) (CropWarp.BORDER >> 16);
                    rgb[3 * i + 1] = (byte) (CropWarp.BORDER >> 8);
                    rgb[3 * i + 2] = (byte) CropWarp.BORDER;
                    hide(i, mask, surface);
                }
            }
        }
    }

    /** At pixel {@code i} the object is not seen. */
    static void hide(int i, byte[] mask, float[] surface) {
        int n = mask.length;
        mask[i] = 0;
        surface[i] = Float.NaN;
        surface[n + i] = Float.NaN;
        surface[2 * n + i] = Float.NaN;
    }
}
