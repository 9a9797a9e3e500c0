package io.apprentice.recordings.bop;

import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.teacher.PoseTeacher;
import io.apprentice.pose.teacher.TaughtPose;
import io.apprentice.pose.teacher.TeacherView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Teaches what an estimator once wrote into a file of BOP results. A frame is matched by its scene and image number; of
 * several rows of one object, the one with the highest score counts. What could not be used is counted, and said once.
 */
public final class ResultsTeacher implements PoseTeacher {

    /** Rows further from a rotation than this, by an entry of R R^T - I, are not used. */
    private static final double LARGEST_SKEW = 0.01;

    private record Place(TeacherView.RecordedImage image, String object) {}

    private final String id;
    private final Path file;
    private final Consumer<String> notes;
    private final Map<Place, TaughtPose> poses = new HashMap<>();
    private final Set<TeacherView.RecordedImage> images = new HashSet<>();
    private String lastFrame = "";
    private long frames;
    private long withoutNumbers;
    private long withoutRow;

    private ResultsTeacher(Path file, Consumer<String> notes) {
        this.file = file;
        this.notes = notes;
        id = file.getFileName().toString().replaceFirst("\\.csv$", "");
    }

    /**
     * Reads a file.
     *
     * @param objects the configured objects, id to mesh file or {@code builtin:NAME}
     * @param notes receives what a user should know: a line each
     * @throws IOException if the file is missing or broken, or has no row of these objects
     */
    public static ResultsTeacher read(Path file, Map<String, String> objects, Consumer<String> notes)
            throws IOException {
        ResultsTeacher teacher = new ResultsTeacher(file, notes);
        Set<Integer> numbers = new TreeSet<>();
        Map<Place, Double> best = new HashMap<>();
        List<BopResult> results = BopResults.read(file);
        results.forEach(result -> numbers.add(result.object()));
        Map<Integer, String> names = BopNames.of(objects, numbers);
        if (names.isEmpty()) {
            throw new IOException("%s: expected rows of the objects %s, got the numbers %s"
                    .formatted(file, new TreeSet<>(objects.keySet()), numbers));
        }
        int others = 0;
        int skewed = 0;
        int clipped = 0;
        for (BopResult result : results) {
            String object = names.get(result.object());
            if (object == null) {
                others++;
                continue;
            }
            if (skew(result.objectToCamera().rotation()) > LARGEST_SKEW) {
                skewed++;
                continue;
            }
            TeacherView.RecordedImage image = new TeacherView.RecordedImage(result.scene(), result.image());
            teacher.images.add(image);
            Place place = new Place(image, object);
            if (result.score() <= best.getOrDefault(place, Double.NEGATIVE_INFINITY)) {
                continue;
            }
            best.put(place, result.score());
            double confidence = Math.max(0, Math.min(1, result.score()));
            clipped += confidence == result.score() ? 0 : 1;
            teacher.poses.put(place, new TaughtPose(pose(result), confidence));
        }
        if (others + skewed + clipped > 0) {
            notes.accept(
                    "%s: not used: %d rows of other objects, %d whose R is no rotation; %d scores clipped to 0 to 1"
                            .formatted(file, others, skewed, clipped));
        }
        return teacher;
    }

    private static double skew(double[] r) {
        double worst = 0;
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                double dot = r[3 * i] * r[3 * j] + r[3 * i + 1] * r[3 * j + 1] + r[3 * i + 2] * r[3 * j + 2];
                worst = Math.max(worst, Math.abs(dot - (i == j ? 1 : 0)));
            }
        }
        double determinant = r[0] * (r[4] * r[8] - r[5] * r[7])
                - r[1] * (r[3] * r[8] - r[5] * r[6])
                + r[2] * (r[3] * r[7] - r[4] * r[6]);
        return Math.max(worst, 1 - determinant);
    }

    private static Se3 pose(BopResult result) {
        double[] t = result.objectToCamera().translation();
        return new Se3(Quaternion.ofMatrix(result.objectToCamera().rotation()), new Vec3(t[0], t[1], t[2]));
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Optional<TaughtPose> estimate(TeacherView view, ObjectModel object) {
        String frame = view.camera() + " " + view.sequence();
        if (!frame.equals(lastFrame)) {
            lastFrame = frame;
            count(view);
        }
        return view.recorded().map(image -> poses.get(new Place(image, object.id())));
    }

    private void count(TeacherView view) {
        frames++;
        if (view.recorded().isEmpty()) {
            if (withoutNumbers++ == 0) {
                notes.accept(
                        "%s: frames of camera '%s' carry no scene and image number, so no row fits them; expected a camera bop:SCENE_DIR, or frames with recorded_image"
                                .formatted(file, view.camera()));
            }
        } else if (!images.contains(view.recorded().get()) && withoutRow++ == 0) {
            notes.accept("%s: no row for image %d of scene %d; such frames get labels without objects and are counted"
                    .formatted(
                            file,
                            view.recorded().get().image(),
                            view.recorded().get().scene()));
        }
    }

    /** Says how many frames had no row, if any. */
    @Override
    public void close() {
        if (withoutRow + withoutNumbers > 0) {
            notes.accept("%s: %d of %d frames had a row; %d had none, %d had no scene and image number"
                    .formatted(file, frames - withoutRow - withoutNumbers, frames, withoutRow, withoutNumbers));
        }
    }
}
