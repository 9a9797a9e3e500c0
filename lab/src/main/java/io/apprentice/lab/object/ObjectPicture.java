package io.apprentice.lab.object;

import io.apprentice.pose.code.SurfaceCodebook;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.Viewpoint;
import io.apprentice.scene.render.Light;
import io.apprentice.scene.render.Renderer;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * An object from six sides, with its axes (x red, y green, z blue), its box and the numbers of its keypoints; or with the codes of
 * its surface.
 */
public final class ObjectPicture {
    private static final int SIDE = 320;
    private static final int COLUMNS = 3;
    private static final int BACKGROUND = 0xeeeeee;
    /** The camera's distance, in radii of the ball around the object, and the share of the tile that the ball fills. */
    private static final double DISTANCE = 6;

    private static final double FILLED = 0.8;
    private static final List<Color> AXES = List.of(new Color(0xd02020), new Color(0x109010), new Color(0x2040e0));
    private static final Color BOX = new Color(0, 0, 0, 110);

    /** How many bits are shown from each side. */
    private static final int[] SHOWN_BITS = {1, 2, 3, 5, 8};

    private final ObjectModel object;
    private final Vec3 centre;
    private final double radius;
    private final CameraIntrinsics camera;

    private ObjectPicture(ObjectModel object) {
        this.object = object;
        centre = object.low().plus(object.high()).times(0.5);
        radius = object.high().minus(object.low()).norm() / 2;
        double focal = FILLED * SIDE / 2 * DISTANCE;
        camera = new CameraIntrinsics(focal, focal, (SIDE - 1) / 2.0, (SIDE - 1) / 2.0, SIDE, SIDE);
    }

    /** Draws it: three sides from above, and below them three from below. */
    public static BufferedImage of(ObjectModel object) {
        ObjectPicture picture = new ObjectPicture(object);
        BufferedImage whole = new BufferedImage(COLUMNS * SIDE, 2 * SIDE, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 2 * COLUMNS; i++) {
            double azimuth = 2 * Math.PI * (i % COLUMNS) / COLUMNS + (i < COLUMNS ? 0.5 : 0.5 + Math.PI / COLUMNS);
            BufferedImage tile = picture.tile(azimuth, i < COLUMNS ? 0.45 : -0.45);
            whole.getGraphics().drawImage(tile, i % COLUMNS * SIDE, i / COLUMNS * SIDE, null);
        }
        return whole;
    }

    /**
     * Draws its codes, from above and from below: the first bits, more from picture to picture, and all. Each part of the surface has
     * a colour; parts whose codes begin alike have like colours.
     */
    public static BufferedImage ofCodes(ObjectModel object, SurfaceCodebook codes) {
        ObjectPicture picture = new ObjectPicture(object);
        int columns = SHOWN_BITS.length + 1;
        BufferedImage whole = new BufferedImage(columns * SIDE, 2 * SIDE, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 2 * columns; i++) {
            int bits = i % columns < SHOWN_BITS.length ? SHOWN_BITS[i % columns] : codes.bits();
            BufferedImage tile = picture.tile(codes, bits, i < columns ? 0.45 : -0.45);
            whole.getGraphics().drawImage(tile, i % columns * SIDE, i / columns * SIDE, null);
        }
        return whole;
    }

    private BufferedImage tile(SurfaceCodebook codes, int bits, double elevation) {
        Renderer renderer = rendered(look(0.5, elevation));
        byte[] mask = new byte[SIDE * SIDE];
        float[] surface = new float[3 * SIDE * SIDE];
        renderer.surface(0, Se3.IDENTITY, mask, surface);
        BufferedImage tile = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < SIDE * SIDE; i++) {
            int colour = BACKGROUND;
            if (mask[i] == 1) {
                int code = codes.code(surface[i], surface[SIDE * SIDE + i], surface[2 * SIDE * SIDE + i]);
                int part = code >> (codes.bits() - bits);
                float hue = (float) part / (1 << bits);
                colour = Color.HSBtoRGB(hue, 0.75f, part % 2 == 0 ? 0.95f : 0.7f);
            }
            tile.setRGB(i % SIDE, i / SIDE, colour);
        }
        Graphics2D graphics = tile.createGraphics();
        graphics.setColor(Color.BLACK);
        graphics.drawString(bits + (bits == 1 ? " bit" : " bits"), 8, 16);
        graphics.dispose();
        return tile;
    }

    private Se3 look(double azimuth, double elevation) {
        return Viewpoint.lookAt(Viewpoint.orbit(centre, azimuth, elevation, DISTANCE * radius), centre, 0);
    }

    private Renderer rendered(Se3 objectToCamera) {
        Vec3 eye = objectToCamera.inverse().translation();
        Light light = new Light(
                eye.minus(centre).normalized().plus(new Vec3(0.2, 0.1, 0.2)),
                new Vec3(0.5, 0.5, 0.5),
                new Vec3(0.6, 0.6, 0.6));
        Renderer renderer = new Renderer(SIDE, SIDE);
        renderer.begin(camera, objectToCamera, light);
        renderer.draw(object.mesh(), Se3.IDENTITY, 0);
        return renderer;
    }

    private BufferedImage tile(double azimuth, double elevation) {
        Se3 objectToCamera = look(azimuth, elevation);
        Renderer renderer = rendered(objectToCamera);
        byte[] rgb = new byte[3 * SIDE * SIDE];
        renderer.resolve(rgb, BACKGROUND);
        BufferedImage tile = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < SIDE * SIDE; i++) {
            tile.setRGB(
                    i % SIDE, i / SIDE, (rgb[3 * i] & 255) << 16 | (rgb[3 * i + 1] & 255) << 8 | rgb[3 * i + 2] & 255);
        }
        Graphics2D graphics = tile.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        annotate(graphics, objectToCamera);
        graphics.dispose();
        return tile;
    }

    private void annotate(Graphics2D graphics, Se3 objectToCamera) {
        List<Vec3> corners = object.keypoints();
        graphics.setColor(BOX);
        graphics.setStroke(new BasicStroke(1));
        for (int i = 0; i < corners.size(); i++) {
            for (int bit = 1; bit < corners.size(); bit *= 2) {
                if ((i & bit) == 0) {
                    line(graphics, objectToCamera, corners.get(i), corners.get(i | bit));
                }
            }
        }
        graphics.setStroke(new BasicStroke(2));
        for (int axis = 0; axis < AXES.size(); axis++) {
            Vec3 end = new Vec3(axis == 0 ? radius : 0, axis == 1 ? radius : 0, axis == 2 ? radius : 0);
            graphics.setColor(AXES.get(axis));
            line(graphics, objectToCamera, Vec3.ZERO, end);
        }
        for (int i = 0; i < corners.size(); i++) {
            Vec3 at = objectToCamera.transform(corners.get(i));
            double x = camera.projectX(at);
            double y = camera.projectY(at);
            graphics.setColor(Color.ORANGE);
            graphics.fill(new Ellipse2D.Double(x - 4, y - 4, 8, 8));
            graphics.setColor(Color.BLACK);
            graphics.draw(new Ellipse2D.Double(x - 4, y - 4, 8, 8));
            graphics.drawString(Integer.toString(i + 1), (float) x + 6, (float) y - 4);
        }
    }

    private void line(Graphics2D graphics, Se3 objectToCamera, Vec3 from, Vec3 to) {
        Vec3 a = objectToCamera.transform(from);
        Vec3 b = objectToCamera.transform(to);
        graphics.draw(
                new Line2D.Double(camera.projectX(a), camera.projectY(a), camera.projectX(b), camera.projectY(b)));
    }
}
