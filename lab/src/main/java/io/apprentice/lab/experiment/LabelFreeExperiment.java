package io.apprentice.lab.experiment;

import io.apprentice.lab.UserError;
import io.apprentice.lab.evaluation.BopAnswers;
import io.apprentice.learning.guard.GuardSettings;
import io.apprentice.learning.online.OnlineTraining;
import io.apprentice.learning.online.OnlineTrainingSettings;
import io.apprentice.learning.online.Rehearsal;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.BopModels;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.teacher.PoseLabels;
import io.apprentice.pose.teacher.TeacherView;
import io.apprentice.recordings.bop.BopImage;
import io.apprentice.recordings.bop.BopResult;
import io.apprentice.recordings.bop.BopResults;
import io.apprentice.recordings.bop.BopScene;
import io.apprentice.recordings.bop.BopScores;
import io.apprentice.recordings.bop.BopTarget;
import io.apprentice.recordings.bop.BopTargets;
import io.apprentice.recordings.bop.ResultsTeacher;
import io.apprentice.scene.refine.ConfirmedPoses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Students that learn online from what a published estimator once said about real images of LINEMOD-Occluded: no truth, and
 * no network of ours as the teacher. The first images in time are shown over and over, with the estimator's poses as labels.
 * The last ones nobody learns from; students and estimator are scored on those.
 *
 * <p>Under {@code out}: {@code runs.csv} (a row per run), {@code table.md} and {@code students/}.
 */
public final class LabelFreeExperiment {

    private final Options options;
    private final Path dataset;
    private final Consumer<String> report;
    private final BooleanSupplier stop;
    private final List<ObjectModel> objects;
    private final List<BopTarget> held;
    private final ObjectTables tables;
    private final Map<BopAnswers.Roi, BopAnswers> looks = new EnumMap<>(BopAnswers.Roi.class);
    private Optional<List<Label>> labels = Optional.empty();

    /**
     * What to run.
     *
     * @param teacher a file of BOP results
     * @param students starts, which know the same objects by BOP's names; a student is called by its architecture
     * @param modes see {@link Mode}
     * @param seeds seeds 1 to this
     * @param learnt images to learn from, the first in time
     * @param loops how often they are shown
     * @param stepsPerLabel gradient steps per image shown
     * @param rehearsal rendered crops in each batch
     * @param refine whether to correct the teacher's poses by the objects' known appearance
     */
    public record Options(
            Path teacher,
            List<NetworkWeights> students,
            List<Mode> modes,
            int seeds,
            int learnt,
            int loops,
            double stepsPerLabel,
            Rehearsal rehearsal,
            boolean refine,
            Path out) {

        /**
         * Checks.
         *
         * @throws UserError naming the option
         */
        public Options {
            students = List.copyOf(students);
            modes = List.copyOf(modes);
            require(!students.isEmpty(), "students", "at least one", students.size());
            require(seeds >= 1, "seeds", "at least 1", seeds);
            require(learnt >= 1, "learnt", "at least 1", learnt);
            require(loops >= 1, "loops", "at least 1", loops);
            require(stepsPerLabel > 0, "steps-per-label", "above 0", stepsPerLabel);
            List<String> known = students.get(0).objects();
            for (NetworkWeights student : students) {
                require(student.objects().equals(known), "students", "networks that know " + known, student.objects());
            }
        }

        private static void require(boolean holds, String option, String expected, Object got) {
            if (!holds) {
                throw new UserError("--%s: expected %s, got %s".formatted(option, expected, got));
            }
        }
    }

    private record Plan(String name, long seed, Making making) {}

    private interface Making {
        Map<String, Double> row() throws IOException;
    }

    /**
     * An experiment with the objects that the students know.
     *
     * @param dataset the folder of LM-O
     * @param report receives a line now and then
     * @param stop whether the user wants to stop; the current run is then dropped
     * @throws IOException if a part of the data is missing or broken
     * @throws UserError if no image is left to score
     */
    public LabelFreeExperiment(Path dataset, Options options, Consumer<String> report, BooleanSupplier stop)
            throws IOException {
        this.options = options;
        this.dataset = dataset;
        this.report = report;
        this.stop = stop;
        List<BopTarget> targets =
                BopAnswers.known(BopTargets.visible(dataset), options.students().get(0));
        int[] images =
                targets.stream().mapToInt(BopTarget::image).distinct().sorted().toArray();
        if (images.length <= options.learnt()) {
            throw new UserError("--learnt: expected less than the %d images with objects that the students know, got %d"
                    .formatted(images.length, options.learnt()));
        }
        int first = images[options.learnt()];
        held = targets.stream().filter(target -> target.image() >= first).toList();
        tables = new ObjectTables(BopAnswers.numbers(held));
        for (BopAnswers.Roi roi : BopAnswers.Roi.values()) {
            looks.put(roi, new BopAnswers(dataset, tables.numbers(), roi));
        }
        objects = looks.get(BopAnswers.Roi.FOUND).objects();
    }

    /**
     * Makes the runs that are left, seed by seed.
     *
     * @return the table
     */
    public String run(Campaign loop) throws IOException {
        Files.createDirectories(options.out().resolve("students"));
        FinishedRuns runs = new FinishedRuns(options.out(), setting());
        List<Plan> plans = new ArrayList<>();
        String teacher = LmoExperiment.name(options.teacher());
        plans.add(new Plan(
                teacher, 0, () -> row(Map.of(BopAnswers.Roi.FOUND, BopResults.read(options.teacher())), Map.of())));
        for (NetworkWeights start : options.students()) {
            plans.add(new Plan(name(start, "start"), 0, () -> row(answers(start), Map.of())));
        }
        for (long seed = 1; seed <= options.seeds(); seed++) {
            for (NetworkWeights start : options.students()) {
                for (Mode mode : options.modes()) {
                    long s = seed;
                    plans.add(new Plan(name(start, mode.name()), s, () -> student(start, mode, s)));
                }
            }
        }
        loop.run(
                plans,
                plan -> plan.seed() == 0 ? plan.name() : plan.name() + " seed " + plan.seed(),
                plan -> runs.has(plan.name(), plan.seed()),
                (plan, what) -> runs.add(plan.name(), plan.seed(), plan.making().row()));
        LinkedHashMap<String, String> titles = new LinkedHashMap<>();
        for (BopAnswers.Roi roi : BopAnswers.Roi.values()) {
            titles.put(ObjectTables.name(roi), ObjectTables.title(roi));
        }
        String table =
                tables.of(runs.rows(), plans.stream().map(Plan::name).distinct().toList(), titles);
        Files.writeString(options.out().resolve("table.md"), table);
        return table;
    }

    private static String name(NetworkWeights start, String what) {
        return start.architecture().name().replace("wdrnet-", "") + " " + what;
    }

    private Map<String, Double> student(NetworkWeights start, Mode mode, long seed) throws IOException {
        OnlineTrainingSettings settings = OnlineTrainingSettings.DEFAULTS
                .withSeed(seed)
                .withStepsPerLabel(options.stepsPerLabel())
                .withAlignment(mode.alignment().orElseThrow())
                .withGuard(GuardSettings.OFF);
        long began = System.nanoTime();
        NetworkWeights student;
        long steps;
        try (OnlineTraining training =
                new OnlineTraining(start, objects, settings, options.rehearsal(), TorchRuntime.fastestPrecision())) {
            for (int pass = 0; pass < options.loops(); pass++) {
                for (Label label : labels()) {
                    if (stop.getAsBoolean()) {
                        throw new CancellationException();
                    }
                    training.add(label);
                }
            }
            student = training.weights();
            steps = training.steps();
        }
        student.write(options.out()
                .resolve("students")
                .resolve("%s-%d.safetensors"
                        .formatted(name(start, mode.name()).replaceAll("[^A-Za-z0-9-]", "-"), seed)));
        return row(answers(student), Map.of("steps", (double) steps, "minutes", (System.nanoTime() - began) / 60e9));
    }

    /** What the teacher says about the images to learn from, in the order of time. */
    private List<Label> labels() throws IOException {
        if (labels.isEmpty()) {
            labels = Optional.of(readLabels());
        }
        return labels.get();
    }

    private List<Label> readLabels() throws IOException {
        Map<String, String> names =
                objects.stream().collect(Collectors.toMap(ObjectModel::id, object -> object.id() + ".ply"));
        int first = held.stream().mapToInt(BopTarget::image).min().orElseThrow();
        List<Label> read = new ArrayList<>();
        int poses = 0;
        int confirmed = 0;
        ConfirmedPoses confirmations = new ConfirmedPoses(objects);
        try (ResultsTeacher teacher = ResultsTeacher.read(options.teacher(), names, report)) {
            for (Map.Entry<Integer, Path> scene : BopTargets.scenes(dataset).entrySet()) {
                for (BopImage image : BopScene.read(scene.getValue()).images()) {
                    if (image.number() >= first) {
                        continue;
                    }
                    RgbImage picture = ImageCodec.decode(Files.readAllBytes(image.file()));
                    CameraIntrinsics camera = image.intrinsics(picture.width(), picture.height());
                    TeacherView view = new TeacherView(
                            "",
                            image.number(),
                            Optional.of(new TeacherView.RecordedImage(scene.getKey(), image.number())),
                            picture,
                            camera);
                    List<ObjectLabel> seen = new ArrayList<>();
                    for (ObjectModel object : objects) {
                        ObjectLabel given = PoseLabels.of(teacher.estimate(view, object), object, camera);
                        Optional<ObjectLabel> better =
                                options.refine() && given.objectToCamera().isPresent()
                                        ? confirmations.correct("", picture, camera, given)
                                        : Optional.empty();
                        poses += given.objectToCamera().isPresent() ? 1 : 0;
                        confirmed += better.isPresent() ? 1 : 0;
                        seen.add(better.orElse(given));
                    }
                    read.add(new Label(new LabelReference(0, read.size()), picture, camera, seen));
                }
            }
        }
        report.accept("%d images to learn from, %d poses in them%s"
                .formatted(
                        read.size(),
                        poses,
                        options.refine() ? ", %d confirmed by appearance".formatted(confirmed) : ""));
        return read;
    }

    private Map<BopAnswers.Roi, List<BopResult>> answers(NetworkWeights network) throws IOException {
        Map<BopAnswers.Roi, List<BopResult>> answers = new EnumMap<>(BopAnswers.Roi.class);
        for (BopAnswers.Roi roi : BopAnswers.Roi.values()) {
            answers.put(roi, looks.get(roi).answers(network, TorchRuntime.fastestPrecision(), held));
        }
        return answers;
    }

    private Map<String, Double> row(Map<BopAnswers.Roi, List<BopResult>> answers, Map<String, Double> more)
            throws IOException {
        Map<String, Double> row = new LinkedHashMap<>();
        for (BopAnswers.Roi roi : BopAnswers.Roi.values()) {
            Optional<BopScores> scores = answers.containsKey(roi)
                    ? Optional.of(BopScores.of(dataset.resolve("models_eval"), held, answers.get(roi)))
                    : Optional.empty();
            tables.put(row, roi, scores);
        }
        row.put("steps", more.getOrDefault("steps", 0.0));
        row.put("minutes", more.getOrDefault("minutes", 0.0));
        return row;
    }

    private String setting() {
        Map<String, String> starts = new TreeMap<>();
        options.students()
                .forEach(start -> starts.put(name(start, ""), start.sha256().substring(0, 8)));
        return "teacher %s students %s objects %s learnt %d loops %d steps-per-label %s rehearsal %s%s"
                .formatted(
                        LmoExperiment.name(options.teacher()),
                        starts,
                        tables.numbers().stream().map(BopModels::name).collect(Collectors.joining("+")),
                        options.learnt(),
                        options.loops(),
                        options.stepsPerLabel(),
                        options.rehearsal(),
                        options.refine() ? " refined" : "")
                .replace(',', '-');
    }
}
