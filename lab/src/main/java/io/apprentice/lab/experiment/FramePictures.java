package io.apprentice.lab.experiment;

import io.apprentice.lab.Sketch;
import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Query;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.prediction.LocalPredictions;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/**
 * Draws some frames of a film: the boxes of truth, teacher, and student before and after; and the local predictions of
 * teacher, and student before and after. Students search the whole frame and do not know the frame before.
 */
final class FramePictures {
    private static final int SHOWN = 6;
    private static final int COLUMNS = 2;
    private static final Color TRUTH = new Color(0x00c000);
    private static final Color TEACHER = new Color(0x3060ff);
    private static final Color BEFORE = new Color(0xff2020);
    private static final Color AFTER = new Color(0xffa000);
    private static final int ZOOM = 3;

    private final Footage footage;
    private final CameraIntrinsics camera;

    FramePictures(Footage footage) {
        this.footage = footage;
        camera = footage.camera();
    }

    /** A frame and the estimates of the student before and after. */
    private record Look(int frame, RgbImage image, Estimate before, Estimate after) {}

    /**
     * Draws both.
     *
     * @param boxes receives the strip of frames with boxes
     * @param clouds receives the local predictions of one of them
     */
    void draw(TeacherAnswers teacher, NetworkWeights before, NetworkWeights after, Path boxes, Path clouds)
            throws IOException {
        List<Look> looks = looks(before, after);
        int rows = (looks.size() + COLUMNS - 1) / COLUMNS;
        BufferedImage strip = new BufferedImage(
                COLUMNS * camera.width(), Math.max(1, rows) * camera.height(), BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < looks.size(); i++) {
            strip.getGraphics()
                    .drawImage(
                            boxes(looks.get(i), teacher.get(looks.get(i).frame())),
                            i % COLUMNS * camera.width(),
                            i / COLUMNS * camera.height(),
                            null);
        }
        ImageIO.write(strip, "png", boxes.toFile());
        if (!looks.isEmpty()) {
            Look look = looks.get(looks.size() / 2);
            ImageIO.write(clouds(look, teacher.get(look.frame())), "png", clouds.toFile());
        }
    }

    private List<Look> looks(NetworkWeights before, NetworkWeights after) throws IOException {
        List<Look> looks = new ArrayList<>();
        try (PoseEstimator first = estimator(before);
                PoseEstimator last = estimator(after);
                Footage.Reel reel = footage.open()) {
            int at = 0;
            for (int i : chosen()) {
                reel.skip(i - at);
                RgbImage image = reel.next();
                at = i + 1;
                Query query = new Query(image, camera, footage.object().id(), Optional.empty(), Optional.empty());
                looks.add(new Look(
                        i,
                        image,
                        first.estimate(List.of(query)).get(0),
                        last.estimate(List.of(query)).get(0)));
            }
        }
        return looks;
    }

    /** The film in equal parts: of each part the first frame after its middle that has a truth, if there is one. */
    private List<Integer> chosen() {
        double part = (double) footage.frames() / SHOWN;
        return IntStream.range(0, SHOWN)
                .mapToObj(i -> IntStream.range((int) ((i + 0.5) * part), (int) ((i + 1) * part))
                        .filter(frame -> footage.truth(frame).isPresent())
                        .boxed()
                        .findFirst())
                .flatMap(Optional::stream)
                .toList();
    }

    private PoseEstimator estimator(NetworkWeights weights) {
        return new PoseEstimator(weights, List.of(footage.object()), TorchRuntime.fastestPrecision());
    }

    private BufferedImage boxes(Look look, ObjectLabel label) {
        BufferedImage picture = Sketch.picture(look.image());
        Graphics2D graphics = Sketch.graphics(picture);
        box(graphics, truth(look.frame()), TRUTH, 3);
        label.objectToCamera().ifPresent(pose -> box(graphics, pose, TEACHER, 2));
        look.before().pose().ifPresent(pose -> box(graphics, pose.objectToCamera(), BEFORE, 2));
        look.after().pose().ifPresent(pose -> box(graphics, pose.objectToCamera(), AFTER, 2));
        legend(graphics, "frame " + look.frame(), "truth", TRUTH, "teacher", TEACHER, "before", BEFORE, "after", AFTER);
        graphics.dispose();
        return picture;
    }

    private Se3 truth(int frame) {
        PoseMatrix pose = footage.truth(frame).orElseThrow();
        double[] t = pose.translation();
        return new Se3(Quaternion.ofMatrix(pose.rotation()), new Vec3(t[0], t[1], t[2]));
    }

    private void box(Graphics2D graphics, Se3 objectToCamera, Color colour, int width) {
        graphics.setColor(colour);
        graphics.setStroke(new BasicStroke(width));
        Sketch.box(graphics, camera, footage.object().keypoints(), objectToCamera);
    }

    /**
     * Left the student before, right the student after, each with the teacher; the part of the frame around the object,
     * enlarged.
     */
    private BufferedImage clouds(Look look, ObjectLabel label) {
        List<Vec3> corners = footage.object().keypoints().stream()
                .map(truth(look.frame())::transform)
                .toList();
        double x = corners.stream().mapToDouble(camera::projectX).average().orElseThrow();
        double y = corners.stream().mapToDouble(camera::projectY).average().orElseThrow();
        double reach = 1.4
                * corners.stream()
                        .mapToDouble(c -> Math.max(Math.abs(camera.projectX(c) - x), Math.abs(camera.projectY(c) - y)))
                        .max()
                        .orElseThrow();
        int side = (int) (2 * reach * ZOOM);
        BufferedImage both = new BufferedImage(2 * side, side, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 2; i++) {
            BufferedImage half = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = Sketch.graphics(half);
            java.awt.geom.AffineTransform plain = graphics.getTransform();
            graphics.scale(ZOOM, ZOOM);
            graphics.translate(reach - x, reach - y);
            graphics.drawImage(Sketch.picture(look.image()), 0, 0, null);
            graphics.setColor(new Color(0, 0, 0, 120));
            graphics.fillRect(0, 0, camera.width(), camera.height());
            dots(graphics, label.predictions(), TEACHER);
            dots(graphics, (i == 0 ? look.before() : look.after()).predictions(), i == 0 ? BEFORE : AFTER);
            graphics.setColor(TRUTH);
            graphics.setStroke(new BasicStroke(0.7f));
            for (Vec3 corner : corners) {
                double u = camera.projectX(corner);
                double v = camera.projectY(corner);
                graphics.draw(new Line2D.Double(u - 3, v, u + 3, v));
                graphics.draw(new Line2D.Double(u, v - 3, u, v + 3));
            }
            graphics.setTransform(plain);
            legend(
                    graphics,
                    "frame " + look.frame(),
                    "keypoints",
                    TRUTH,
                    "teacher",
                    TEACHER,
                    i == 0 ? "student before" : "student after",
                    i == 0 ? BEFORE : AFTER);
            graphics.dispose();
            both.getGraphics().drawImage(half, i * side, 0, null);
        }
        return both;
    }

    private static void dots(Graphics2D graphics, LocalPredictions predictions, Color colour) {
        graphics.setColor(colour);
        float[] points = predictions.points();
        for (int i = 0; i < points.length; i += 2) {
            graphics.fill(new Ellipse2D.Double(points[i] - 0.8, points[i + 1] - 0.8, 1.6, 1.6));
        }
    }

    private static void legend(Graphics2D graphics, String title, Object... namesAndColours) {
        graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
        graphics.setColor(Color.WHITE);
        graphics.drawString(title, 8, 18);
        for (int i = 0; i < namesAndColours.length; i += 2) {
            graphics.setColor((Color) namesAndColours[i + 1]);
            graphics.drawString((String) namesAndColours[i], 8, 36 + 9 * i);
        }
    }
}
