package io.apprentice.app.experiment;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.refine.PoseRefiner;
import io.apprentice.pose.refine.RefinedPose;
import java.util.Optional;

/**
 * Labels as the teacher service corrects them: the object is looked for as it is known to look, first where it was last confirmed,
 * then where the network believes it is. What no frame confirms stays as the network said it.
 */
final class RefinedLabels implements TeacherAnswers.Refinement {
    private final ObjectModel object;
    private final PoseRefiner refiner;
    private Optional<Se3> confirmed = Optional.empty();

    RefinedLabels(ObjectModel object) {
        this.object = object;
        refiner = new PoseRefiner(object);
    }

    @Override
    public ObjectLabel refine(RgbImage frame, CameraIntrinsics camera, ObjectLabel label) {
        Optional<RefinedPose> refined = refiner.refine(frame, camera, confirmed, label.objectToCamera());
        confirmed = refined.map(RefinedPose::objectToCamera);
        return refined.map(pose -> label.corrected(pose, object, camera)).orElse(label);
    }
}
