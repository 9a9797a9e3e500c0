package io.apprentice.lab.experiment;

import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.label.LabelQuality;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.scene.refine.RefinedPose;

/** How a teacher goes wrong for good, while it stays at least as confident as before. */
public enum TeacherError {
    /**
     * It takes the back for the front: half a turn about the object's z-axis; the votes move as those of a confirmed
     * pose do.
     */
    TURNED {
        @Override
        ObjectLabel of(TeacherAnswers right, int frame, Footage footage) {
            ObjectLabel label = right.get(frame);
            LabelQuality q = label.quality();
            return label.objectToCamera()
                    .map(pose -> new RefinedPose(
                            pose.times(BACK_TO_FRONT),
                            q.inliers(),
                            q.correspondences(),
                            q.reprojectionError(),
                            q.score()))
                    .map(turned -> turned.correct(label, footage.object(), footage.camera()))
                    .orElse(label);
        }
    },
    /** Its label belongs to the picture of five seconds ago. */
    LATE {
        @Override
        ObjectLabel of(TeacherAnswers right, int frame, Footage footage) {
            return right.get((int) Math.max(0, frame - Math.round(LATE_SECONDS * footage.framesPerSecond())));
        }
    };

    private static final Se3 BACK_TO_FRONT = new Se3(Quaternion.about(new Vec3(0, 0, 1), Math.PI), Vec3.ZERO);
    private static final double LATE_SECONDS = 5;

    /** Its label for a frame of a film, where {@code right} holds its labels without the error. */
    abstract ObjectLabel of(TeacherAnswers right, int frame, Footage footage);
}
