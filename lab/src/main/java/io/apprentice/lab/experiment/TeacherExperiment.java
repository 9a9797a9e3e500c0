package io.apprentice.lab.experiment;

import io.apprentice.learning.online.GuardedTrainingSettings;
import io.apprentice.pose.network.NetworkWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A teacher that learns along a film, with several shares of rendered crops and several seeds, compared with the
 * teacher as fitted.
 *
 * <p>Under {@code folder}: {@code runs.csv} (a row per run), {@code table.md} and {@code teachers/}.
 */
public final class TeacherExperiment {
    private static final String FITTED = "as fitted";

    private final Footage film;
    private final NetworkWeights start;
    private final List<Double> rehearsal;
    private final int seeds;
    private final int loops;
    private final int stride;
    private final Path folder;

    private record Plan(String mode, double rehearsal, long seed) {}

    /**
     * What to run.
     *
     * @param start the teacher as fitted
     * @param rehearsal shares of each batch that are rendered, one after the other
     * @param seeds seeds 1 to this
     * @param loops how often the film is shown, at least 1
     * @param stride one frame in this many is labelled, at least 1
     */
    public TeacherExperiment(
            Footage film, NetworkWeights start, List<Double> rehearsal, int seeds, int loops, int stride, Path folder) {
        this.film = film;
        this.start = start;
        this.rehearsal = List.copyOf(rehearsal);
        this.seeds = seeds;
        this.loops = loops;
        this.stride = stride;
        this.folder = folder;
    }

    /**
     * Makes the runs that are left.
     *
     * @param report receives the guard's decisions
     * @param stop whether the user wants to stop
     * @return the table
     */
    public String run(Campaign campaign, Consumer<String> report, BooleanSupplier stop) throws IOException {
        FinishedRuns runs = new FinishedRuns(
                folder, "teacher %s loops %d stride %d".formatted(start.sha256().substring(0, 8), loops, stride));
        TeacherTrial trial = new TeacherTrial(film, loops, stride, report, stop);
        campaign.run(
                plans(),
                plan -> "%s seed %d".formatted(plan.mode(), plan.seed()),
                plan -> runs.has(plan.mode(), plan.seed()),
                (plan, what) -> make(plan, trial, runs));
        String table = table(runs.rows());
        Files.writeString(folder.resolve("table.md"), table);
        return table;
    }

    private static GuardedTrainingSettings settings(Plan plan) {
        GuardedTrainingSettings usual = GuardedTrainingSettings.ofTeacher(plan.rehearsal());
        return usual.with(usual.training().withSeed(plan.seed()));
    }

    private static String mode(double rehearsal) {
        return "rehearsal " + rehearsal;
    }

    private List<Plan> plans() {
        return Stream.concat(
                        Stream.of(new Plan(FITTED, 0, 1)),
                        LongStream.rangeClosed(1, seeds)
                                .boxed()
                                .flatMap(seed -> rehearsal.stream().map(share -> new Plan(mode(share), share, seed))))
                .toList();
    }

    private void make(Plan plan, TeacherTrial trial, FinishedRuns runs) throws IOException {
        TeacherTrial.Outcome outcome =
                plan.mode().equals(FITTED) ? trial.asItIs(start) : trial.learn(start, settings(plan));
        outcome.last()
                .write(folder.resolve("teachers")
                        .resolve("%s-%d.safetensors".formatted(plan.mode().replace(' ', '-'), plan.seed())));
        runs.add(plan.mode(), plan.seed(), outcome.values());
    }

    /** A row per mode and phase. */
    private String table(List<FinishedRuns.Row> rows) {
        List<String> header = new ArrayList<>(List.of("", "seeds"));
        for (String part : List.of("seen", "held")) {
            Stream.of("ADD-0.1d", "ADD-0.05d", "< 5 px").forEach(measure -> header.add(part + ": " + measure));
        }
        header.addAll(List.of("steps", "versions", "minutes"));
        List<List<String>> lines = new ArrayList<>();
        for (String mode : Stream.concat(Stream.of(FITTED), rehearsal.stream().map(TeacherExperiment::mode))
                .toList()) {
            List<FinishedRuns.Row> own =
                    rows.stream().filter(row -> row.mode().equals(mode)).toList();
            List<String> phases = mode.equals(FITTED)
                    ? TeacherTrial.PHASES.subList(0, 1)
                    : TeacherTrial.PHASES.subList(loops == 1 ? 1 : 0, 2);
            for (String phase : phases) {
                if (!own.isEmpty()) {
                    lines.add(line(mode, phase, own));
                }
            }
        }
        return ResultTable.markdown(header, lines);
    }

    private List<String> line(String mode, String phase, List<FinishedRuns.Row> own) {
        boolean last = phase.equals(TeacherTrial.PHASES.get(1));
        String when = mode.equals(FITTED) ? "" : ", after showing " + (last ? loops : 1);
        List<String> cells = new ArrayList<>(List.of(mode + when, Integer.toString(own.size())));
        for (String part : List.of("_seen_", "_held_")) {
            Stream.of("add10", "add05", "px5")
                    .forEach(measure -> cells.add(ResultTable.spread(own, phase + part + measure, 3)));
        }
        // these hold for the whole run
        Stream.of("steps", "versions", "minutes")
                .forEach(column ->
                        cells.add(last ? ResultTable.spread(own, column, column.equals("steps") ? 0 : 1) : ""));
        return cells;
    }
}
