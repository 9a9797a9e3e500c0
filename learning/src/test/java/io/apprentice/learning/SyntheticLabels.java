package io.apprentice.learning;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.LabelQuality;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.scene.CropSettings;
import io.apprentice.scene.TrainingCrop;
import io.apprentice.scene.TrainingCrops;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Labels of a teacher that is nearly always right: the truth of synthetic frames, with a pixel of noise. */
public final class SyntheticLabels {

    private static final int CELLS = 10;

    private static final int SIZE = 160;

    private final List<ObjectModel> objects;
    private final TrainingCrops crops;

    public SyntheticLabels(List<ObjectModel> objects) {
        this.objects = objects;
        crops = new TrainingCrops(objects, SIZE, new CropSettings(CropSettings.Views.UPPER, 0, Optional.empty()), 7);
    }

    /** A crop stands for the frame: small and quickly drawn. */
    public Label label(long index) {
        TrainingCrop crop = crops.crop(index);
        CameraIntrinsics intrinsics = crop.frameIntrinsics().cropped(crop.frameToCrop(), SIZE);
        ObjectLabel label =
                label(objects.get(crop.classIndex()), crop.objectToCamera(), intrinsics, new SplittableRandom(index));
        RgbImage frame = new RgbImage(SIZE, SIZE, crop.rgb());
        return new Label(new LabelReference(0, index), frame, intrinsics, List.of(label));
    }

    public static ObjectLabel label(
            ObjectModel model, Se3 objectToCamera, CameraIntrinsics intrinsics, SplittableRandom random) {
        float[] points = new float[CELLS * 16];
        double x = 0;
        double y = 0;
        for (int k = 0; k < 8; k++) {
            Vec3 point = objectToCamera.transform(model.keypoints().get(k));
            x += intrinsics.projectX(point) / 8;
            y += intrinsics.projectY(point) / 8;
            for (int cell = 0; cell < CELLS; cell++) {
                points[16 * cell + 2 * k] = (float) (intrinsics.projectX(point) + random.nextDouble() - 0.5);
                points[16 * cell + 2 * k + 1] = (float) (intrinsics.projectY(point) + random.nextDouble() - 0.5);
            }
        }
        float[] scores = new float[CELLS];
        Arrays.fill(scores, 0.9f);
        double side = 1.5
                * model.diameter()
                * intrinsics.fx()
                / objectToCamera.translation().z();
        return new ObjectLabel(
                model.id(),
                Affine2.squareCrop(x, y, side, 64),
                64,
                new KeypointVotes(8, scores, points),
                Optional.of(objectToCamera),
                new LabelQuality(80, 80, 0.4, 0.9),
                Optional.empty());
    }
}
