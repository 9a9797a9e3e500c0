package io.apprentice.lab.experiment;

import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Query;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.label.ForegroundMap;
import io.apprentice.pose.label.LabelQuality;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.scene.refine.ConfirmedPoses;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * What the teacher believes about every frame of a film: made once, kept in a file, and read again by every later run.
 * As in the pipeline, the teacher searches around its last pose first; here that is the pose in the frame before,
 * whatever the stride of the labels.
 */
final class TeacherAnswers {
    private static final int FORMAT = 0x5441_0002;

    private final List<ObjectLabel> answers;

    private TeacherAnswers(List<ObjectLabel> answers) {
        this.answers = answers;
    }

    /** Improves a teacher's label, or leaves it as it is. */
    @FunctionalInterface
    interface Refinement {
        Refinement NONE = (frame, camera, label) -> label;

        /** Corrects labels as the teacher service does; a label that no frame confirms stays as the network gave it. */
        static Refinement byAppearance(ObjectModel object) {
            ConfirmedPoses poses = new ConfirmedPoses(List.of(object));
            return (frame, camera, label) ->
                    poses.correct("", frame, camera, label).orElse(label);
        }

        ObjectLabel refine(RgbImage frame, CameraIntrinsics camera, ObjectLabel label);
    }

    /**
     * Reads all answers; makes them first if there are none yet.
     *
     * @param file where they are kept
     * @param progress receives the number of each frame done
     */
    static TeacherAnswers of(
            Footage footage, NetworkWeights teacher, Refinement refinement, Path file, IntConsumer progress)
            throws IOException {
        if (!Files.exists(file)) {
            write(file, evaluate(footage, teacher, refinement, progress));
        }
        List<ObjectLabel> answers = read(file, footage.object().id());
        if (answers.size() != footage.frames()) {
            throw new IOException("%s: expected answers to %d frames, got %d; remove it"
                    .formatted(file, footage.frames(), answers.size()));
        }
        return new TeacherAnswers(answers);
    }

    ObjectLabel get(int frame) {
        return answers.get(frame);
    }

    /** The same up to a frame; from there on the teacher is wrong. */
    TeacherAnswers wrong(TeacherError error, int from, Footage footage) {
        List<ObjectLabel> wrong = new ArrayList<>(answers.subList(0, from));
        for (int i = from; i < answers.size(); i++) {
            wrong.add(error.of(this, i, footage));
        }
        return new TeacherAnswers(wrong);
    }

    private static List<ObjectLabel> evaluate(
            Footage footage, NetworkWeights teacher, Refinement refinement, IntConsumer progress) throws IOException {
        List<ObjectLabel> answers = new ArrayList<>();
        Optional<Se3> last = Optional.empty();
        CameraIntrinsics camera = footage.camera();
        try (PoseEstimator estimator =
                        new PoseEstimator(teacher, List.of(footage.object()), TorchRuntime.fastestPrecision());
                Footage.Reel reel = footage.open()) {
            for (int i = 0; i < footage.frames(); i++) {
                RgbImage frame = reel.next();
                Query query = new Query(frame, camera, footage.object().id(), Optional.empty(), last);
                ObjectLabel label = refinement.refine(
                        frame,
                        camera,
                        ObjectLabel.of(estimator.estimate(List.of(query)).get(0)));
                last = label.objectToCamera();
                answers.add(label);
                progress.accept(i);
            }
        }
        return answers;
    }

    private static void write(Path file, List<ObjectLabel> answers) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(part)))) {
            out.writeInt(FORMAT);
            out.writeInt(answers.size());
            for (ObjectLabel label : answers) {
                Affine2 m = label.frameToCrop();
                doubles(out, m.a(), m.b(), m.c(), m.d(), m.e(), m.f());
                out.writeInt(label.cropSize());
                if (!(label.predictions() instanceof KeypointVotes votes)) {
                    throw new IOException(file + ": expected the answers of a teacher that votes, got codes");
                }
                out.writeInt(votes.keypoints());
                floats(out, votes.scores());
                floats(out, votes.points());
                out.writeBoolean(label.objectToCamera().isPresent());
                if (label.objectToCamera().isPresent()) {
                    Quaternion q = label.objectToCamera().get().rotation();
                    Vec3 t = label.objectToCamera().get().translation();
                    doubles(out, q.x(), q.y(), q.z(), q.w(), t.x(), t.y(), t.z());
                }
                LabelQuality quality = label.quality();
                out.writeInt(quality.inliers());
                out.writeInt(quality.correspondences());
                doubles(out, quality.reprojectionError(), quality.score());
                out.writeBoolean(label.foreground().isPresent());
                if (label.foreground().isPresent()) {
                    ForegroundMap map = label.foreground().get();
                    out.writeInt(map.width());
                    out.writeInt(map.height());
                    floats(out, map.probabilities());
                }
            }
        }
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static List<ObjectLabel> read(Path file, String object) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            if (in.readInt() != FORMAT) {
                throw new IOException(file + ": not the answers of a teacher; remove it");
            }
            List<ObjectLabel> answers = new ArrayList<>();
            for (int n = in.readInt(); n > 0; n--) {
                double[] m = doubles(in, 6);
                int cropSize = in.readInt();
                KeypointVotes votes = new KeypointVotes(in.readInt(), floats(in), floats(in));
                Optional<Se3> pose = Optional.empty();
                if (in.readBoolean()) {
                    double[] p = doubles(in, 7);
                    pose = Optional.of(new Se3(new Quaternion(p[0], p[1], p[2], p[3]), new Vec3(p[4], p[5], p[6])));
                }
                LabelQuality quality = new LabelQuality(in.readInt(), in.readInt(), in.readDouble(), in.readDouble());
                answers.add(new ObjectLabel(
                        object,
                        new Affine2(m[0], m[1], m[2], m[3], m[4], m[5]),
                        cropSize,
                        votes,
                        pose,
                        quality,
                        in.readBoolean()
                                ? Optional.of(new ForegroundMap(in.readInt(), in.readInt(), floats(in)))
                                : Optional.empty()));
            }
            return answers;
        }
    }

    private static void doubles(DataOutputStream out, double... values) throws IOException {
        for (double value : values) {
            out.writeDouble(value);
        }
    }

    private static double[] doubles(DataInputStream in, int count) throws IOException {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = in.readDouble();
        }
        return values;
    }

    private static void floats(DataOutputStream out, float[] values) throws IOException {
        out.writeInt(values.length);
        for (float value : values) {
            out.writeFloat(value);
        }
    }

    private static float[] floats(DataInputStream in) throws IOException {
        float[] values = new float[in.readInt()];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readFloat();
        }
        return values;
    }
}
