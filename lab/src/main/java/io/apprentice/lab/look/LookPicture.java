package io.apprentice.lab.look;

import io.apprentice.lab.Sketch;
import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.Regions;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.CropWarp;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.LocalPredictions;
import io.apprentice.pose.solve.PnpSolution;
import io.apprentice.scene.render.Light;
import io.apprentice.scene.render.Renderer;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A frame with what networks see in it, a column each. Above the frame: votes as points, pose as box and axes, or the windows
 * that look most like an object that is LOST. Below, a row per object: what the network looked at with its cells and votes, the
 * same with the pose, and the object rendered at that pose.
 */
public final class LookPicture {
    private static final int COLUMN = 720;
    private static final int GAP = 12;
    private static final int TILE = (COLUMN - 4 * GAP) / 3;
    private static final int LINE = 22;
    private static final int PAPER = 0x16181c;
    private static final Color INK = new Color(0xe8eaed);
    private static final Color FAINT = new Color(0x9aa0a6);
    private static final Color[] OBJECTS = {
        new Color(0x34d399), new Color(0xfbbf24), new Color(0x60a5fa), new Color(0xf472b6),
        new Color(0xa78bfa), new Color(0xfb923c), new Color(0x22d3ee), new Color(0xa3e635)
    };
    private static final Color[] AXES = {new Color(0xff4040), new Color(0x40e040), new Color(0x5080ff)};

    private final RgbImage frame;
    private final CameraIntrinsics camera;
    private final List<ObjectModel> objects;
    private final double scale;
    private final int frameHeight;

    private LookPicture(RgbImage frame, CameraIntrinsics camera, List<ObjectModel> objects) {
        this.frame = frame;
        this.camera = camera;
        this.objects = objects;
        scale = (COLUMN - 2.0 * GAP) / camera.width();
        frameHeight = (int) Math.round(scale * camera.height());
    }

    /**
     * Draws it.
     *
     * @param title what is above it
     * @param sightings a column each, at least one
     * @param objects in the order of their estimates
     */
    public static BufferedImage of(
            String title,
            RgbImage frame,
            CameraIntrinsics camera,
            List<Sighting> sightings,
            List<ObjectModel> objects) {
        return new LookPicture(frame, camera, objects).draw(title, sightings);
    }

    private BufferedImage draw(String title, List<Sighting> sightings) {
        int top = LINE + 2 * GAP;
        int row = 2 * LINE + TILE + GAP;
        int rows = sightings.stream().mapToInt(s -> s.estimates().size()).max().orElse(0);
        int height = top + LINE + frameHeight + GAP + row * rows + GAP;
        BufferedImage whole = new BufferedImage(COLUMN * sightings.size(), height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = Sketch.graphics(whole);
        graphics.setColor(new Color(PAPER));
        graphics.fillRect(0, 0, whole.getWidth(), height);
        text(graphics, title, GAP, GAP + 16, INK, Font.BOLD, 16);
        for (int i = 0; i < sightings.size(); i++) {
            Sighting sighting = sightings.get(i);
            int left = i * COLUMN + GAP;
            text(graphics, sighting.network(), left, top + 14, INK, Font.BOLD, 15);
            frame(graphics, sighting, left, top + LINE);
            for (int k = 0; k < sighting.estimates().size(); k++) {
                row(graphics, sighting, k, left, top + LINE + frameHeight + GAP + k * row);
            }
        }
        graphics.dispose();
        return whole;
    }

    private void frame(Graphics2D graphics, Sighting sighting, int left, int top) {
        AffineTransform plain = graphics.getTransform();
        Shape clip = graphics.getClip();
        graphics.translate(left, top);
        graphics.clipRect(0, 0, COLUMN - 2 * GAP, frameHeight);
        graphics.scale(scale, scale);
        graphics.drawImage(Sketch.picture(frame), 0, 0, null);
        for (int k = 0; k < sighting.estimates().size(); k++) {
            Estimate estimate = sighting.estimates().get(k);
            ObjectModel object = objects.get(k);
            Color colour = OBJECTS[k % OBJECTS.length];
            dots(graphics, estimate.predictions(), Affine2.IDENTITY, colour, 2.2 / scale);
            Optional<Se3> pose = estimate.pose().map(PnpSolution::objectToCamera);
            pose.ifPresent(p -> pose(graphics, camera, object, p, colour, 2 / scale));
            if (pose.isEmpty()) {
                estimate.searched().ifPresent(searched -> windows(graphics, searched.windows(), colour, estimate));
            }
        }
        graphics.setTransform(plain);
        graphics.setClip(clip);
    }

    private void windows(Graphics2D graphics, List<Estimate.Window> windows, Color colour, Estimate estimate) {
        for (Estimate.Window window : windows) {
            Affine2 back = window.frameToCrop().inverse();
            double x = back.u(0, 0);
            double y = back.v(0, 0);
            double side = back.a() * estimate.cropSize();
            graphics.setColor(colour);
            graphics.setStroke(new BasicStroke(
                    (float) (1.5 / scale),
                    BasicStroke.CAP_BUTT,
                    BasicStroke.JOIN_MITER,
                    10,
                    new float[] {(float) (6 / scale), (float) (4 / scale)},
                    0));
            graphics.draw(new Rectangle2D.Double(x, y, side, side));
            graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 1).deriveFont((float) (13 / scale)));
            graphics.drawString(
                    String.format(Locale.ROOT, "%s %.2f", estimate.objectId(), window.cell()),
                    (float) (Math.max(0, x) + 5 / scale),
                    (float) (Math.max(0, y) + 16 / scale));
        }
    }

    private void row(Graphics2D graphics, Sighting sighting, int k, int left, int top) {
        Estimate estimate = sighting.estimates().get(k);
        ObjectModel object = objects.get(k);
        Color colour = OBJECTS[k % OBJECTS.length];
        String[] line = Sighting.text(estimate, object, camera).split("[:;] ", 2);
        text(graphics, line[0], left, top + 15, colour, Font.BOLD, 14);
        text(graphics, line.length > 1 ? line[1] : "", left, top + LINE + 13, FAINT, Font.PLAIN, 12);
        Optional<Se3> pose = estimate.pose().map(PnpSolution::objectToCamera);
        Affine2 looked = resized(estimate.frameToCrop(), estimate.cropSize());
        Affine2 region = pose.flatMap(p -> Regions.aroundPose(object.keypoints(), p, camera, TILE))
                .orElse(looked);
        int y = top + 2 * LINE;
        tile(graphics, left, y, looked, "cells and votes", g -> {
            cells(g, estimate);
            dots(g, estimate.predictions(), looked, colour, 1.6);
        });
        tile(
                graphics,
                left + TILE + GAP,
                y,
                region,
                pose.isPresent() ? "pose" : "no pose",
                g -> pose.ifPresent(
                        p -> pose(g, camera.withoutDistortion().cropped(region, TILE), object, p, colour, 1.5)));
        pose.ifPresent(p -> {
            BufferedImage rendered = rendered(object, camera.withoutDistortion().cropped(region, TILE), p);
            tile(graphics, left + 2 * (TILE + GAP), y, rendered, "rendered there", g -> {});
        });
    }

    private void tile(Graphics2D graphics, int left, int top, Affine2 region, String label, Consumer<Graphics2D> on) {
        byte[] rgb = new byte[3 * TILE * TILE];
        CropWarp.warp(frame, region, TILE, rgb, 0);
        tile(graphics, left, top, Sketch.picture(new RgbImage(TILE, TILE, rgb)), label, on);
    }

    private static void tile(
            Graphics2D graphics, int left, int top, BufferedImage picture, String label, Consumer<Graphics2D> on) {
        Graphics2D g = Sketch.graphics(picture);
        on.accept(g);
        g.setColor(new Color(0, 0, 0, 140));
        g.fillRect(0, TILE - 20, TILE, 20);
        text(g, label, 6, TILE - 6, INK, Font.PLAIN, 12);
        g.dispose();
        graphics.drawImage(picture, left, top, null);
    }

    /** The same region in a tile. */
    private static Affine2 resized(Affine2 frameToCrop, int cropSize) {
        double by = (double) TILE / cropSize;
        return new Affine2(
                by * frameToCrop.a(), 0, by * frameToCrop.c(), 0, by * frameToCrop.e(), by * frameToCrop.f());
    }

    /** The surer a cell of the finest level is, the lighter. */
    private static void cells(Graphics2D graphics, Estimate estimate) {
        int columns = estimate.foregroundWidth();
        double side = (double) TILE / columns;
        for (int i = 0; i < estimate.foreground().length; i++) {
            int dark = (int) (150 * (1 - estimate.foreground()[i]));
            graphics.setColor(new Color(0, 0, 0, dark));
            int row = i / columns;
            graphics.fill(new Rectangle2D.Double(i % columns * side, row * side, side, side));
        }
    }

    /** Votes as points, the surer the stronger. */
    private static void dots(
            Graphics2D graphics, LocalPredictions predictions, Affine2 map, Color colour, double radius) {
        float[] points = map.points(predictions.points());
        for (int i = 0; i < points.length; i += 2) {
            int cell = i * predictions.size() / points.length;
            int alpha = (int) (40 + 200 * Math.min(1, predictions.scores()[cell]));
            graphics.setColor(new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), alpha));
            graphics.fill(new Ellipse2D.Double(points[i] - radius, points[i + 1] - radius, 2 * radius, 2 * radius));
        }
    }

    private static void pose(
            Graphics2D graphics,
            CameraIntrinsics camera,
            ObjectModel object,
            Se3 objectToCamera,
            Color colour,
            double width) {
        graphics.setColor(colour);
        graphics.setStroke(new BasicStroke((float) width));
        Sketch.box(graphics, camera, object.keypoints(), objectToCamera);
        Vec3 middle = object.low().plus(object.high()).times(0.5);
        graphics.setStroke(new BasicStroke((float) (1.6 * width)));
        for (int axis = 0; axis < AXES.length; axis++) {
            double length = object.diameter() / 3;
            Vec3 end = middle.plus(new Vec3(axis == 0 ? length : 0, axis == 1 ? length : 0, axis == 2 ? length : 0));
            Vec3 from = objectToCamera.transform(middle);
            Vec3 to = objectToCamera.transform(end);
            if (from.z() > 0 && to.z() > 0) {
                graphics.setColor(AXES[axis]);
                Sketch.line(graphics, camera, from, to);
            }
        }
    }

    private static BufferedImage rendered(ObjectModel object, CameraIntrinsics camera, Se3 objectToCamera) {
        Renderer renderer = new Renderer(TILE, TILE);
        renderer.begin(
                camera,
                objectToCamera,
                new Light(
                        objectToCamera
                                .inverse()
                                .rotation()
                                .rotate(new Vec3(0.3, -0.5, -1))
                                .normalized(),
                        new Vec3(0.5, 0.5, 0.5),
                        new Vec3(0.6, 0.6, 0.6)));
        renderer.draw(object.mesh(), Se3.IDENTITY, 0);
        byte[] rgb = new byte[3 * TILE * TILE];
        renderer.resolve(rgb, 0x3c4043);
        return Sketch.picture(new RgbImage(TILE, TILE, rgb));
    }

    private static void text(Graphics2D graphics, String text, int x, int y, Color colour, int style, int size) {
        graphics.setFont(new Font(Font.SANS_SERIF, style, size));
        graphics.setColor(colour);
        graphics.drawString(text, x, y);
    }
}
