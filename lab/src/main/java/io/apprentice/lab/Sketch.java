package io.apprentice.lab;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.RgbImage;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.util.List;

/** What our pictures have in common. */
public final class Sketch {

    private Sketch() {}

    /** An image that can be drawn on. */
    public static BufferedImage picture(RgbImage image) {
        BufferedImage picture = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = image.rgb();
        for (int i = 0; i < rgb.length / 3; i++) {
            int colour = (rgb[3 * i] & 255) << 16 | (rgb[3 * i + 1] & 255) << 8 | rgb[3 * i + 2] & 255;
            picture.setRGB(i % image.width(), i / image.width(), colour);
        }
        return picture;
    }

    /** Draws with smooth lines and letters. */
    public static Graphics2D graphics(BufferedImage picture) {
        Graphics2D graphics = picture.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        return graphics;
    }

    /** The box whose corners are an object's keypoints, with the pen of {@code graphics}; nothing if it is not in front. */
    public static void box(Graphics2D graphics, CameraIntrinsics camera, List<Vec3> keypoints, Se3 objectToCamera) {
        List<Vec3> corners = keypoints.stream().map(objectToCamera::transform).toList();
        if (corners.stream().anyMatch(corner -> corner.z() <= 0)) {
            return;
        }
        for (int i = 0; i < corners.size(); i++) {
            for (int bit = 1; bit < corners.size(); bit *= 2) {
                if ((i & bit) == 0) {
                    line(graphics, camera, corners.get(i), corners.get(i | bit));
                }
            }
        }
    }

    /** A line between two points in front of the camera, in its frame. */
    public static void line(Graphics2D graphics, CameraIntrinsics camera, Vec3 a, Vec3 b) {
        graphics.draw(
                new Line2D.Double(camera.projectX(a), camera.projectY(a), camera.projectX(b), camera.projectY(b)));
    }
}
