package io.apprentice.learning.guard;

import io.apprentice.learning.sample.ExamCrop;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Objects that no network learns from, each with a distance from the teacher: for <em>recent</em> ones that of the
 * version in use, for <em>confirmed</em> ones the distance that a candidate has to keep up with.
 */
final class HeldOut {

    private record Exam(ExamCrop crop, double distance) {}

    private final GuardSettings settings;
    private final List<Exam> recent = new ArrayList<>();
    private final List<Exam> confirmed = new ArrayList<>();

    HeldOut(GuardSettings settings) {
        this.settings = settings;
    }

    /**
     * Adds an object. It is confirmed if the version in use agrees with the teacher about it and, on average, about the
     * recent ones.
     *
     * @param distance of the version in use from the teacher
     * @param random chooses the confirmed object that is replaced
     */
    void add(ExamCrop crop, double distance, RandomGenerator random) {
        Exam exam = new Exam(crop, distance);
        recent.add(exam);
        if (recent.size() > settings.recent()) {
            recent.remove(0);
        }
        boolean agreed = Math.max(distance, recentMean()) <= settings.confirmedBelow();
        if (!agreed) {
            return;
        }
        if (confirmed.size() < settings.trusted()) {
            confirmed.add(exam);
        } else {
            confirmed.set(random.nextInt(confirmed.size()), exam);
        }
    }

    List<ExamCrop> recent() {
        return recent.stream().map(Exam::crop).toList();
    }

    List<ExamCrop> confirmed() {
        return confirmed.stream().map(Exam::crop).toList();
    }

    /** Mean distance of the version in use on the recent objects; 0 without any. */
    double recentMean() {
        return mean(recent);
    }

    /** Mean distance to keep up with on the confirmed objects; 0 without any. */
    double confirmedMean() {
        return mean(confirmed);
    }

    private static double mean(List<Exam> exams) {
        return exams.stream().mapToDouble(Exam::distance).average().orElse(0);
    }

    /** Replaces the distances on the recent objects, since another version is in use. */
    void replaceRecent(List<Double> distances) {
        replace(recent, distances);
    }

    /** Replaces the distances to keep up with. */
    void replaceConfirmed(List<Double> distances) {
        replace(confirmed, distances);
    }

    private static void replace(List<Exam> exams, List<Double> distances) {
        for (int i = 0; i < exams.size(); i++) {
            exams.set(i, new Exam(exams.get(i).crop(), distances.get(i)));
        }
    }

    void clear() {
        recent.clear();
        confirmed.clear();
    }

    void write(DataOutputStream out) throws IOException {
        for (List<Exam> exams : List.of(recent, confirmed)) {
            out.writeInt(exams.size());
            for (Exam exam : exams) {
                exam.crop().write(out);
                out.writeDouble(exam.distance());
            }
        }
    }

    void read(DataInputStream in, boolean withCameras) throws IOException {
        clear();
        for (List<Exam> exams : List.of(recent, confirmed)) {
            for (int i = in.readInt(); i > 0; i--) {
                exams.add(new Exam(ExamCrop.read(in, withCameras), in.readDouble()));
            }
        }
    }
}
