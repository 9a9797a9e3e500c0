import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.teacher.PoseTeacher;
import io.apprentice.pose.teacher.TaughtPose;
import io.apprentice.pose.teacher.TeacherView;
import java.util.Arrays;
import java.util.Optional;

/**
 * A teacher of your own in Java; docs/own-teacher.md says how to build and run it. Replace {@link #estimate} by your
 * estimator. This one knows an object that stands still before a fixed camera, whose pose somebody has measured:
 *
 * <pre>APPRENTICE_JAVA_OPTIONS="-Dstill.pose=qx,qy,qz,qw,x,y,z" APPRENTICE_CLASSPATH=mine.jar ./apprentice up --teacher java:still</pre>
 */
public final class OwnTeacher implements PoseTeacher {

    /** Measured with a ruler: to a centimetre and a degree and a half. */
    private static final double METRES = 0.01;

    private static final double RADIANS = 0.026;

    private final double[] pose = Arrays.stream(System.getProperty("still.pose", "0,0,0,1,0,0,1").split(","))
            .mapToDouble(Double::parseDouble)
            .toArray();

    @Override
    public String id() {
        return "still";
    }

    @Override
    public Optional<TaughtPose> estimate(TeacherView view, ObjectModel object) {
        Se3 objectToCamera = new Se3(
                new Quaternion(pose[0], pose[1], pose[2], pose[3]), new Vec3(pose[4], pose[5], pose[6]));
        double[] covariance = new double[36];
        for (int i = 0; i < 6; i++) {
            double deviation = i < 3 ? METRES : RADIANS;
            covariance[7 * i] = deviation * deviation;
        }
        return Optional.of(new TaughtPose(objectToCamera, covariance, 1));
    }
}
