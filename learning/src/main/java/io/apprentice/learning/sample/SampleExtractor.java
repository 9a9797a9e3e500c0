package io.apprentice.learning.sample;

import io.apprentice.learning.step.SurfaceLabels;
import io.apprentice.learning.step.TrainingSample;
import io.apprentice.pose.code.SurfaceCodebook;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.ProjectedBox;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.CropWarp;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.label.ForegroundMap;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.CellGrid;
import io.apprentice.pose.prediction.LocalHead;
import io.apprentice.scene.TrainingCrop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Makes training samples from labels: first a cut-out to be held, then another crop of it at each use.
 *
 * <p>The crop is the official one (maths/wdrnet-maths.md section 6). Its side is 1.5 times the longer side of the box
 * around the projected keypoints. Its size, place, angle and colours vary. The cut-out has twice that side, which no
 * variation of the default settings leaves. It is a plain copy of the frame's pixels unless that were much more than
 * the crop needs. Some crops are wide, made from a small picture of the frame, so that the student does not forget how
 * to search. A pixel counts as visible where the silhouette at the teacher's pose covers it and, if there is a
 * foreground map, where the teacher saw the object.
 */
public final class SampleExtractor {

    /** Side of the usual crop, in sizes of the object. */
    public static final double CROP_SIDE = 1.5;

    private static final double SYMMETRY_STEP = 0.3;
    private static final double CUT_OUT_SIDE = 2 * CROP_SIDE;
    private static final double CUT_OUT_DETAIL = 2.5;
    private static final int JPEG_QUALITY = 95;
    private static final int LEAST_VISIBLE_PIXELS = 10;

    private final Map<String, ObjectModel> objects;
    private final List<String> classes;
    private final int cropSize;
    private final LocalHead head;
    private final GateSettings gate;
    private final AugmentationSettings augmentation;
    private final ColourAugmentation colours;

    /**
     * For one student.
     *
     * @param objects models by id
     * @param classes ids in the order of the student's classes
     * @param cropSize side of its crops, pixels
     * @param head what its cells say
     */
    public SampleExtractor(
            Map<String, ObjectModel> objects,
            List<String> classes,
            int cropSize,
            LocalHead head,
            GateSettings gate,
            AugmentationSettings augmentation) {
        this.objects = objects;
        this.classes = classes;
        this.cropSize = cropSize;
        this.head = head;
        this.gate = gate;
        this.augmentation = augmentation;
        colours = new ColourAugmentation(augmentation);
    }

    /** What is worth keeping of a label; empty if the teacher found no object. */
    public Optional<HeldLabel> hold(Label given) {
        Label label = Undistortion.apply(given);
        List<HeldLabel.HeldObject> held = new ArrayList<>();
        for (ObjectLabel object : label.objects()) {
            if (objects.containsKey(object.objectId())) {
                object.objectToCamera()
                        .flatMap(pose -> hold(label, object, pose))
                        .ifPresent(held::add);
            }
        }
        return held.isEmpty()
                ? Optional.empty()
                : Optional.of(new HeldLabel(label.reference(), label.intrinsics(), small(label), held));
    }

    private Optional<HeldLabel.HeldObject> hold(Label label, ObjectLabel object, Se3 objectToCamera) {
        CameraIntrinsics intrinsics = label.intrinsics();
        Optional<ProjectedBox> projected =
                ProjectedBox.of(objects.get(object.objectId()).keypoints(), objectToCamera, intrinsics);
        if (projected.isEmpty()) {
            return Optional.empty();
        }
        ProjectedBox box = projected.get();
        double size = box.longerSide();
        boolean sane = size >= 1 && size <= 4.0 * Math.max(intrinsics.width(), intrinsics.height());
        if (!sane) {
            return Optional.empty();
        }
        double x = box.centreX();
        double y = box.centreY();
        int most = (int) (CUT_OUT_DETAIL * cropSize);
        int side = (int) Math.ceil(CUT_OUT_SIDE * size);
        Affine2 frameToCutOut = side <= most
                ? new Affine2(1, 0, side / 2.0 - Math.rint(x), 0, 1, side / 2.0 - Math.rint(y))
                : Affine2.squareCrop(x, y, side, most);
        HeldLabel.CutOut cutOut = cutOut(label.frame(), frameToCutOut, Math.min(side, most));
        return Optional.of(new HeldLabel.HeldObject(
                object, gate.passes(object.quality(), size), cutOut, x, y, box.width(), box.height()));
    }

    private HeldLabel.CutOut small(Label label) {
        RgbImage frame = label.frame();
        int longSide = Math.max(frame.width(), frame.height());
        int size = Math.min(longSide, 2 * cropSize);
        return cutOut(frame, Affine2.squareCrop(frame.width() / 2.0, frame.height() / 2.0, longSide, size), size);
    }

    private static HeldLabel.CutOut cutOut(RgbImage frame, Affine2 frameToCutOut, int size) {
        byte[] rgb = new byte[3 * size * size];
        CropWarp.warp(frame, frameToCutOut, size, rgb, 0);
        return new HeldLabel.CutOut(frameToCutOut, ImageCodec.encodeJpeg(new RgbImage(size, size, rgb), JPEG_QUALITY));
    }

    /**
     * Another crop of a held object.
     *
     * @param random the only source of variation
     * @return empty if the object is hardly visible in it
     */
    public Optional<TrainingSample> sample(HeldLabel label, HeldLabel.HeldObject object, RandomGenerator random) {
        boolean wide = random.nextDouble() < augmentation.wide();
        Affine2 frameToCrop = wide ? wide(label, object, random) : jitter(object, random);
        Se3 objectToCamera = object.label().objectToCamera().orElseThrow();
        ObjectModel model = objects.get(object.label().objectId());
        byte[] mask = Silhouette.draw(model.mesh(), objectToCamera, label.intrinsics(), frameToCrop, cropSize);
        object.label().foreground().ifPresent(map -> keepForeground(mask, frameToCrop, object.label(), map));
        if (count(mask) < LEAST_VISIBLE_PIXELS) {
            return Optional.empty();
        }
        byte[] rgb = new byte[3 * cropSize * cropSize];
        HeldLabel.CutOut source = wide ? label.small() : object.cutOut();
        CropWarp.warp(
                decode(source.jpeg()),
                compose(frameToCrop, source.frameToCutOut().inverse()),
                cropSize,
                rgb,
                0);
        colours.apply(rgb, cropSize, random);
        return Optional.of(new TrainingSample(
                rgb,
                classes.indexOf(object.label().objectId()),
                frameToCrop,
                label.intrinsics(),
                object.trusted() ? Optional.of(objectToCamera) : Optional.empty(),
                mask,
                Optional.of(object.label().predictions()).filter(predictions -> predictions.size() > 0),
                new float[0],
                object.trusted() ? codes(model, objectToCamera, label.intrinsics(), frameToCrop, mask) : new int[0]));
    }

    /** The code that each cell shows, -1 where the mask is not set; none for a student that votes. */
    private int[] codes(
            ObjectModel model, Se3 objectToCamera, CameraIntrinsics intrinsics, Affine2 frameToCrop, byte[] mask) {
        if (head.codeBits() == 0) {
            return new int[0];
        }
        CellGrid grid = head.grid(cropSize, cropSize);
        SurfaceCodebook codebook = SurfaceCodebook.of(model.mesh(), head.codeBits());
        int[] codes = SurfaceDrawing.codes(model.mesh(), codebook, objectToCamera, intrinsics, frameToCrop, grid);
        for (int cell = 0; cell < codes.length; cell++) {
            if (mask[grid.pixel(cell)] == 0) {
                codes[cell] = -1;
            }
        }
        return codes;
    }

    /** A rendered crop, with what a student's cells learn of its surface. */
    public TrainingSample sample(TrainingCrop crop) {
        if (head.codeBits() == 0) {
            return TrainingSample.of(crop);
        }
        CellGrid grid = head.grid(cropSize, cropSize);
        List<ObjectModel> models = classes.stream().map(objects::get).toList();
        return TrainingSample.of(
                crop,
                SurfaceLabels.codes(models, head.codeBits())
                        .labels(crop.classIndex(), crop.surface(), cropSize, grid, grid.cells()));
    }

    /** The objects of a label whose poses passed the gate, as crops to examine students on. */
    public List<ExamCrop> exams(HeldLabel label) {
        return label.objects().stream()
                .filter(HeldLabel.HeldObject::trusted)
                .map(object -> exam(label, object))
                .toList();
    }

    private ExamCrop exam(HeldLabel label, HeldLabel.HeldObject object) {
        Affine2 frameToCrop = Affine2.squareCrop(object.boxX(), object.boxY(), CROP_SIDE * object.size(), cropSize);
        byte[] rgb = new byte[3 * cropSize * cropSize];
        CropWarp.warp(
                decode(object.cutOut().jpeg()),
                compose(frameToCrop, object.cutOut().frameToCutOut().inverse()),
                cropSize,
                rgb,
                0);
        return exam(
                objects.get(object.label().objectId()),
                rgb,
                object.label().objectToCamera().orElseThrow(),
                label.intrinsics(),
                frameToCrop);
    }

    /** A rendered crop to examine students on. */
    public ExamCrop exam(TrainingCrop crop) {
        ObjectModel model = objects.get(classes.get(crop.classIndex()));
        return exam(model, crop.rgb(), crop.objectToCamera(), crop.frameIntrinsics(), crop.frameToCrop());
    }

    private ExamCrop exam(
            ObjectModel model, byte[] rgb, Se3 objectToCamera, CameraIntrinsics intrinsics, Affine2 frameToCrop) {
        float[][] keypoints = model.symmetries().transforms(SYMMETRY_STEP).stream()
                .map(symmetry -> keypoints(model, objectToCamera.times(symmetry), intrinsics, frameToCrop))
                .toArray(float[][]::new);
        return new ExamCrop(
                classes.indexOf(model.id()),
                ImageCodec.encodeJpeg(new RgbImage(cropSize, cropSize, rgb), JPEG_QUALITY),
                keypoints,
                intrinsics.withoutDistortion().cropped(frameToCrop, cropSize));
    }

    private float[] keypoints(ObjectModel model, Se3 objectToCamera, CameraIntrinsics intrinsics, Affine2 frameToCrop) {
        float[] points = new float[2 * model.keypoints().size()];
        double unit = CROP_SIDE / cropSize;
        for (int k = 0; k < model.keypoints().size(); k++) {
            Vec3 point = objectToCamera.transform(model.keypoints().get(k));
            double x = intrinsics.projectX(point);
            double y = intrinsics.projectY(point);
            points[2 * k] = (float) (unit * frameToCrop.u(x, y));
            points[2 * k + 1] = (float) (unit * frameToCrop.v(x, y));
        }
        return points;
    }

    private Affine2 jitter(HeldLabel.HeldObject object, RandomGenerator random) {
        double x = object.boxX() + object.boxWidth() * augmentation.shift() * uniform(random);
        double y = object.boxY() + object.boxHeight() * augmentation.shift() * uniform(random);
        double side = CROP_SIDE * object.size() * (1 + augmentation.zoom() * uniform(random));
        return crop(x, y, side, random);
    }

    /**
     * From half of the frame's longer side to a little more than all of it; the centre lies between the object and the
     * middle.
     */
    private Affine2 wide(HeldLabel label, HeldLabel.HeldObject object, RandomGenerator random) {
        double width = label.intrinsics().width();
        double height = label.intrinsics().height();
        double longSide = Math.max(width, height);
        double least = Math.max(longSide / 2, CROP_SIDE * object.size());
        double most = Math.max(1.25 * longSide, least);
        double side = least * Math.pow(most / least, random.nextDouble());
        double towardsMiddle = random.nextDouble();
        double reach = (side - object.size()) / 2;
        double x = object.boxX() + clamp(towardsMiddle * (width / 2 - object.boxX()), reach);
        double y = object.boxY() + clamp(towardsMiddle * (height / 2 - object.boxY()), reach);
        return crop(x, y, side, random);
    }

    private static double clamp(double value, double limit) {
        return Math.max(-limit, Math.min(limit, value));
    }

    private Affine2 crop(double x, double y, double side, RandomGenerator random) {
        double angle = Math.toRadians(augmentation.rotation() * uniform(random));
        double cos = cropSize / side * Math.cos(angle);
        double sin = cropSize / side * Math.sin(angle);
        double middle = cropSize / 2.0;
        return new Affine2(cos, -sin, middle - cos * x + sin * y, sin, cos, middle - sin * x - cos * y);
    }

    private static double uniform(RandomGenerator random) {
        return 2 * random.nextDouble() - 1;
    }

    /** First {@code inner}, then {@code outer}. */
    private static Affine2 compose(Affine2 outer, Affine2 inner) {
        return new Affine2(
                outer.a() * inner.a() + outer.b() * inner.d(),
                outer.a() * inner.b() + outer.b() * inner.e(),
                outer.u(inner.c(), inner.f()),
                outer.d() * inner.a() + outer.e() * inner.d(),
                outer.d() * inner.b() + outer.e() * inner.e(),
                outer.v(inner.c(), inner.f()));
    }

    private void keepForeground(byte[] mask, Affine2 frameToCrop, ObjectLabel label, ForegroundMap map) {
        double least = gate.minForeground() * map.highest();
        Affine2 cropToTeacher = compose(label.frameToCrop(), frameToCrop.inverse());
        for (int v = 0; v < cropSize; v++) {
            for (int u = 0; u < cropSize; u++) {
                int i = v * cropSize + u;
                if (mask[i] != 0 && map.at(cropToTeacher.u(u, v), cropToTeacher.v(u, v), label.cropSize()) < least) {
                    mask[i] = 0;
                }
            }
        }
    }

    private static int count(byte[] mask) {
        int set = 0;
        for (byte b : mask) {
            set += b;
        }
        return set;
    }

    private static RgbImage decode(byte[] jpeg) {
        try {
            return ImageCodec.decode(jpeg);
        } catch (IOException e) {
            throw new UncheckedIOException("a cut-out of our own cannot be read", e);
        }
    }
}
