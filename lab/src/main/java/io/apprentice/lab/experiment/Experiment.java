package io.apprentice.lab.experiment;

import io.apprentice.lab.experiment.Schedule.Phase;
import io.apprentice.pose.network.NetworkWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.LongFunction;

/**
 * Several students along the same film: every mode with every seed, one run after the other. Finished runs are kept;
 * the same experiment goes on where it was left.
 *
 * <p>Under {@code out}: {@code runs.csv} (a row per run), {@code curves.csv}, {@code curves.png}, {@code table.md},
 * {@code teacher-*.bin} (the teacher's answers), {@code students/} (the last student of each run), {@code boxes.png}
 * and {@code clouds.png}.
 */
public final class Experiment {
    private static final int REPORT_SECONDS = 10;
    private static final double SHIFT_BIN_SECONDS = 10;

    private final Options options;
    private final Consumer<String> report;
    private final BooleanSupplier stop;
    private final Campaign loop;

    /**
     * What to run.
     *
     * @param passes how often the film is shown to learn from
     * @param stride one frame in this many is labelled
     * @param guard whether to publish behind the guard, as the services do
     * @param refine whether to correct the teacher's labels by the object's known appearance
     * @param limit no run starts after this time
     */
    public record Options(
            String name,
            List<Mode> modes,
            int seeds,
            int passes,
            int stride,
            double stepsPerLabel,
            int publishEvery,
            boolean guard,
            boolean refine,
            Optional<Duration> limit,
            Path out) {

        /**
         * Checks.
         *
         * @throws IllegalArgumentException naming the option
         */
        public Options {
            modes = List.copyOf(modes);
            require(seeds >= 1, "seeds", "at least 1", seeds);
            require(passes >= 1, "loops", "at least 1", passes);
            require(stride >= 1, "stride", "at least 1", stride);
            require(stepsPerLabel > 0, "steps-per-label", "above 0", stepsPerLabel);
            require(publishEvery >= 1, "publish-every", "at least 1", publishEvery);
        }

        private static void require(boolean holds, String option, String expected, Object got) {
            if (!holds) {
                throw new IllegalArgumentException("--%s: expected %s, got %s".formatted(option, expected, got));
            }
        }
    }

    /**
     * An experiment.
     *
     * @param report receives a progress line now and then
     * @param stop whether the user wants to stop; the current run is then dropped
     */
    public Experiment(Options options, Consumer<String> report, BooleanSupplier stop) {
        this.options = options;
        this.report = report;
        this.stop = stop;
        loop = new Campaign(options.name(), options.limit(), report, stop);
    }

    /**
     * Streams a film a few times, then shows it once more without learning. Frames in the second half of every two
     * seconds never enter training.
     *
     * @return the table
     */
    public String onFilm(Footage film, NetworkWeights teacher, NetworkWeights student) throws IOException {
        int n = film.frames();
        int passes = options.passes();
        List<Phase> learning = List.of(
                new Phase("first", 0, n),
                new Phase("last", (passes - 1) * n, passes * n),
                new Phase("after", passes * n, (passes + 1) * n));
        // a student that does not learn is the same before and after, with every seed
        List<Phase> still = List.of(new Phase("first", 0, n), new Phase("last", 0, n), new Phase("after", 0, n));
        List<Plan> plans = new ArrayList<>();
        for (long seed = 1; seed <= options.seeds(); seed++) {
            for (Mode mode : options.modes()) {
                if (mode.learns() || seed == 1) {
                    plans.add(new Plan(
                            mode,
                            seed,
                            schedule(
                                    mode, mode.learns() ? learning : still, n, OptionalInt.empty(), Optional.empty())));
                }
            }
        }
        return run(plans, seed -> film, teacher, student, List.of("first", "last", "after"));
    }

    /**
     * Streams one film per seed once. At one frame everything but the object changes, or the teacher goes wrong for
     * good.
     *
     * @param error empty: the teacher stays right
     * @return the table
     */
    public String onShift(
            LongFunction<? extends Footage> films,
            int shift,
            Optional<TeacherError> error,
            NetworkWeights teacher,
            NetworkWeights student)
            throws IOException {
        List<Plan> plans = new ArrayList<>();
        for (long seed = 1; seed <= options.seeds(); seed++) {
            Footage film = films.apply(seed);
            int half = (int) Math.round(30 * film.framesPerSecond());
            int n = film.frames();
            int bin = (int) Math.max(1, Math.round(SHIFT_BIN_SECONDS * film.framesPerSecond()));
            List<Phase> phases = List.of(
                    new Phase("before", Math.max(0, shift - half), shift),
                    new Phase("fall", shift, Math.min(n, shift + half)),
                    new Phase("end", Math.max(shift, n - 2 * half), n),
                    new Phase("all", 0, n));
            for (Mode mode : options.modes()) {
                plans.add(new Plan(mode, seed, schedule(mode, phases, bin, OptionalInt.of(shift), error)));
            }
        }
        return run(plans, films, teacher, student, List.of("before", "fall", "end", "all"));
    }

    private record Plan(Mode mode, long seed, Schedule schedule) {}

    private Schedule schedule(
            Mode mode, List<Phase> phases, int binFrames, OptionalInt shift, Optional<TeacherError> error) {
        boolean film = shift.isEmpty();
        return new Schedule(
                film && mode.learns() ? options.passes() : 1,
                film && mode.learns(),
                options.stride(),
                options.stepsPerLabel(),
                options.publishEvery(),
                options.guard(),
                film,
                shift,
                error,
                phases,
                binFrames);
    }

    private String run(
            List<Plan> plans,
            LongFunction<? extends Footage> films,
            NetworkWeights teacher,
            NetworkWeights student,
            List<String> phases)
            throws IOException {
        Path out = options.out();
        Files.createDirectories(out.resolve("students"));
        FinishedRuns runs = new FinishedRuns(out, setting(plans, films.apply(1), teacher, student));
        Map<Long, Footage> film = new HashMap<>();
        int left = loop.run(
                plans,
                plan -> plan.mode().name() + " seed " + plan.seed(),
                plan -> runs.has(plan.mode().name(), plan.seed()),
                (plan, what) -> {
                    film.keySet().retainAll(List.of(plan.seed())); // one at a time: a film may be large
                    Footage footage = film.computeIfAbsent(plan.seed(), films::apply);
                    runs.add(plan.mode().name(), plan.seed(), run(plan, footage, teacher, student, what));
                });
        List<String> modes = options.modes().stream().map(Mode::name).toList();
        String table = ResultTable.of(runs.rows(), modes, phases);
        Files.writeString(out.resolve("table.md"), table);
        CurvePlot.draw(runs.curves(), modes, options.name(), out.resolve("curves.png"));
        if (left == 0) {
            pictures(plans, films, teacher, student);
        }
        return table;
    }

    private StudentTrial.Outcome run(
            Plan plan, Footage footage, NetworkWeights teacher, NetworkWeights student, String what)
            throws IOException {
        int frames =
                footage.frames() * (plan.schedule().passes() + (plan.schedule().closing() ? 1 : 0));
        StudentTrial.Outcome outcome = new StudentTrial(
                        footage, answers(plan, footage, teacher), plan.schedule(), plan.mode())
                .run(student, plan.seed(), progress(what, frames));
        outcome.last().write(file(plan));
        List<String> withheld = outcome.withheld();
        if (!withheld.isEmpty()) {
            report.accept("%s  %d versions withheld; the last one %s"
                    .formatted(what, withheld.size(), withheld.get(withheld.size() - 1)));
        }
        return outcome;
    }

    private TeacherAnswers answers(Plan plan, Footage footage, NetworkWeights teacher) throws IOException {
        Path file = options.out()
                .resolve("teacher-%s-%s%s.bin"
                        .formatted(footage.id(), teacher.sha256().substring(0, 8), options.refine() ? "-refined" : ""));
        TeacherAnswers answers = TeacherAnswers.of(
                footage,
                teacher,
                options.refine()
                        ? TeacherAnswers.Refinement.byAppearance(footage.object())
                        : TeacherAnswers.Refinement.NONE,
                file,
                progress(options.name() + " teacher on " + footage.id(), footage.frames()));
        Schedule schedule = plan.schedule();
        return schedule.error()
                .map(error -> answers.wrong(error, schedule.shift().getAsInt(), footage))
                .orElse(answers);
    }

    private Path file(Plan plan) {
        return options.out()
                .resolve("students")
                .resolve("%s-%d.safetensors"
                        .formatted(plan.mode().name().replaceAll("[^A-Za-z0-9-]", "-"), plan.seed()));
    }

    /** Draws the last mode that learns, with the first seed. */
    private void pictures(
            List<Plan> plans, LongFunction<? extends Footage> films, NetworkWeights teacher, NetworkWeights student)
            throws IOException {
        Optional<Plan> shown = plans.stream()
                .filter(plan -> plan.seed() == 1 && plan.mode().learns())
                .reduce((first, second) -> second);
        if (shown.isPresent()) {
            Footage footage = films.apply(1);
            new FramePictures(footage)
                    .draw(
                            answers(shown.get(), footage, teacher),
                            student,
                            NetworkWeights.read(file(shown.get())),
                            options.out().resolve("boxes.png"),
                            options.out().resolve("clouds.png"));
        }
    }

    /** Reports a line now and then; throws if the user wants to stop. */
    private IntConsumer progress(String what, int frames) {
        long start = System.nanoTime();
        long[] reported = {start};
        return done -> {
            if (stop.getAsBoolean()) {
                throw new CancellationException();
            }
            long now = System.nanoTime();
            if (now - reported[0] > REPORT_SECONDS * 1_000_000_000L) {
                reported[0] = now;
                double seconds = (now - start) * 1e-9;
                report.accept(String.format(
                        Locale.ROOT,
                        "%s  %.0f %%, %.1f frames/s, %.0f s left",
                        what,
                        100.0 * done / frames,
                        done / seconds,
                        seconds * (frames - done) / Math.max(1, done)));
            }
        };
    }

    private String setting(List<Plan> plans, Footage film, NetworkWeights teacher, NetworkWeights student) {
        return "%d frames at %s/s teacher %s student %s loops %d stride %d steps-per-label %s publish-every %d%s%s%s"
                .formatted(
                        film.frames(),
                        Math.rint(100 * film.framesPerSecond()) / 100,
                        teacher.sha256().substring(0, 8),
                        student.sha256().substring(0, 8),
                        plans.stream()
                                .mapToInt(p -> p.schedule().passes())
                                .max()
                                .orElse(0),
                        options.stride(),
                        options.stepsPerLabel(),
                        options.publishEvery(),
                        options.guard() ? " guard" : "",
                        options.refine() ? " refined" : "",
                        plans.get(0)
                                .schedule()
                                .error()
                                .map(error -> " %s from frame %d"
                                        .formatted(
                                                error,
                                                plans.get(0).schedule().shift().getAsInt()))
                                .orElse(""));
    }
}
