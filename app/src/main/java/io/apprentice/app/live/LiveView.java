package io.apprentice.app.live;

import io.apprentice.lab.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Turns {@link Figures} into what a person reads: a block of lines for a terminal, or one plain line. */
final class LiveView {
    private static final String BARS = "▁▂▃▄▅▆▇█";
    private static final String BOLD = "\033[1m";
    private static final String DIM = "\033[2m";
    private static final String GREEN = "\033[32m";
    private static final String RED = "\033[31m";
    private static final String RESET = "\033[0m";

    private LiveView() {}

    /** @param notes what services wait for or suffer from, by service name; empty when all is well */
    static List<String> block(Figures f, Duration elapsed, Map<String, String> notes) {
        List<String> lines = new ArrayList<>();
        lines.add(DIM + "─".repeat(78) + RESET);
        lines.add("%sApprentice%s  %s   latency p50 %s  p99 %s ms   dead letters %s%d%s"
                .formatted(
                        BOLD,
                        RESET,
                        Progress.clock(elapsed),
                        number(f.recentLatency().p50()),
                        number(f.recentLatency().p99()),
                        f.deadLetters() > 0 ? RED : "",
                        f.deadLetters(),
                        RESET));
        for (Figures.CameraFigures c : f.cameras()) {
            lines.add("camera   %-14s %6.1f frames/s  %6d frames  %6d labelled  %6.1f poses/s"
                    .formatted(c.id(), c.framesPerSecond(), c.frames(), c.labelled(), c.posesPerSecond()));
        }
        lines.add("poses    %d (%d lost, %d skipped), student version in use: %s"
                .formatted(
                        f.poses(), f.lost(), f.skipped(), f.versionInUse() < 0 ? "none yet" : "v" + f.versionInUse()));
        f.teacher().ifPresent(teacher -> lines.add("labels   %d, the newest by %s".formatted(f.labelled(), teacher)));
        lines.add("training " + training(f));
        f.decisions()
                .last()
                .ifPresent(d -> lines.add("decided  %d withheld, %d rolled back; last: %s%s%s v%d, %s"
                        .formatted(
                                f.decisions().withheld(),
                                f.decisions().rollbacks(),
                                d.kind().equals("ROLLED_BACK") ? RED : BOLD,
                                words(d.kind()),
                                RESET,
                                d.version(),
                                d.reason())));
        if (f.course().first().isPresent()) {
            lines.add("within 0.1 diameter, last 30 s and since the start:");
            lines.add(course("student", GREEN, f.course().last(), f.course().students()));
            lines.add(
                    course("teacher", DIM, f.course().teacherLast(), f.course().teachers()));
        }
        notes.forEach((service, note) -> lines.add(RED + service + ": " + RESET + note));
        return lines;
    }

    private static String words(String kind) {
        return kind.toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** The same in one line without colours. */
    static String line(Figures f, Duration elapsed, Map<String, String> notes) {
        String cameras = f.cameras().stream()
                .map(c -> "%s %.1f frames/s".formatted(c.id(), c.framesPerSecond()))
                .collect(Collectors.joining(", "));
        double poseRate = f.cameras().stream()
                .mapToDouble(Figures.CameraFigures::posesPerSecond)
                .sum();
        return "%s | %s | frames %d, labelled %d%s, poses %d (%d lost, %d skipped) %.1f/s | student v%d | %s | withheld %d, rolled back %d | ADD-0.1d student %s teacher %s | latency p50 %s p99 %s ms | dead letters %d%s"
                .formatted(
                        Progress.clock(elapsed),
                        cameras.isEmpty() ? "no frames yet" : cameras,
                        f.frames(),
                        f.labelled(),
                        f.teacher().map(teacher -> " by " + teacher).orElse(""),
                        f.poses(),
                        f.lost(),
                        f.skipped(),
                        poseRate,
                        Math.max(0, f.versionInUse()),
                        training(f),
                        f.decisions().withheld(),
                        f.decisions().rollbacks(),
                        percent(f.course().last()),
                        percent(f.course().teacherLast()),
                        number(f.recentLatency().p50()),
                        number(f.recentLatency().p99()),
                        f.deadLetters(),
                        notes.entrySet().stream()
                                .map(n -> " | " + n.getKey() + ": " + n.getValue())
                                .collect(Collectors.joining()));
    }

    private static String training(Figures f) {
        return f.training()
                .filter(t -> t.steps() > 0)
                .map(t -> "step %d, published v%d, loss %s"
                        .formatted(
                                t.steps(),
                                t.version(),
                                t.losses().entrySet().stream()
                                        .sorted(Map.Entry.comparingByKey())
                                        .filter(e -> !e.getKey().equals("gradient_norm"))
                                        .map(e -> String.format(Locale.ROOT, "%s %.3f", e.getKey(), e.getValue()))
                                        .collect(Collectors.joining(" "))))
                .orElseGet(() -> f.training()
                        .filter(t -> t.labels() > 0 && t.replaySize() == 0)
                        .map(t -> "no step yet: nothing to learn from in %d labels".formatted(t.labels()))
                        .orElse("no step yet"));
    }

    private static String course(String who, String colour, Optional<Double> now, List<Optional<Double>> course) {
        String bars = course.stream()
                .map(share -> share.map(s -> BARS.substring(bar(s), bar(s) + 1)).orElse(" "))
                .collect(Collectors.joining());
        return "  %-8s %5s  %s%s%s".formatted(who, percent(now), colour, bars, RESET);
    }

    private static int bar(double share) {
        return (int) Math.min(BARS.length() - 1L, Math.round(share * (BARS.length() - 1)));
    }

    private static String percent(Optional<Double> share) {
        return share.map(s -> String.format(Locale.ROOT, "%.0f %%", 100 * s)).orElse("-");
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.0f", value);
    }
}
