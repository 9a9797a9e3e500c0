package io.apprentice.app.command.model;

import io.apprentice.app.command.SettingsOptions;
import io.apprentice.app.command.Version;
import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.app.live.Reachable;
import io.apprentice.app.live.Services;
import io.apprentice.lab.UserError;
import io.apprentice.schemas.FoldedRun;
import io.apprentice.schemas.Topic;
import io.apprentice.schemas.TrainingOrder;
import io.apprentice.trainer.Lineage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code apprentice model lineage}. */
@Command(
        name = "lineage",
        description = "Prints what a version of a student was made of: its parent, labels and frames by offset,"
                + " teacher, settings, library and processor.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class ModelLineageCommand implements Callable<Integer> {
    private static final String FORM = "[^@]+(@\\d{1,18})?";

    @Mixin
    private SettingsOptions options;

    @Parameters(
            paramLabel = "ID[@VERSION]",
            arity = "0..1",
            description = "The student. Default: student.id, its newest version.")
    private String which = "";

    @Option(names = "--order", description = "List every run of labels in the order of the fold.")
    private boolean order;

    @Override
    public Integer call() throws Exception {
        if (!which.isEmpty() && !which.matches(FORM)) {
            throw new UserError("expected ID or ID@VERSION, for example student@3, got '%s'".formatted(which));
        }
        ApprenticeSettings settings = options.loadForClient(List.of());
        Reachable.require(settings, List.of(Topic.TRAINING_ORDER));
        String[] parts = which.split("@", 2);
        Lineage lineage = Lineage.read(
                Services.readingContext(settings),
                parts[0].isEmpty() ? settings.student().id() : parts[0]);
        long version = parts.length == 2 ? Long.parseLong(parts[1]) : lineage.newest();
        System.out.println(text(lineage, version, lineage.of(version)));
        return 0;
    }

    private String text(Lineage lineage, long version, List<TrainingOrder> commits) {
        TrainingOrder last = commits.get(commits.size() - 1);
        List<FoldedRun> runs =
                commits.stream().flatMap(commit -> commit.getRuns().stream()).toList();
        List<String> lines = new ArrayList<>();
        lines.add("student '%s' version %d of %d".formatted(lineage.student(), version, lineage.newest()));
        lines.add(row("sha256", last.getSha256()));
        lines.add(row("start", last.getStartSha256()));
        lines.add(row(
                "parent", last.getParentVersion() == null ? "none, the start" : "version " + last.getParentVersion()));
        lines.add(row(
                "labels",
                "%d learnt, %d skipped; %d before"
                        .formatted(
                                labels(runs, true),
                                labels(runs, false),
                                commits.get(0).getFoldedBefore())));
        runs.stream()
                .collect(Collectors.groupingBy(FoldedRun::getPartition, TreeMap::new, Collectors.toList()))
                .forEach((partition, ofIt) -> lines.add(row("  partition " + partition, span(ofIt))));
        lines.add(row("order", runs.size() + " runs" + (order || runs.isEmpty() ? "" : "; --order lists them")));
        if (order) {
            runs.forEach(run -> lines.add(row(
                    "",
                    "partition %d, labels %d to %d%s"
                            .formatted(
                                    run.getPartition(),
                                    run.getFrom(),
                                    run.getTo() - 1,
                                    run.getLearnt() ? "" : ", skipped"))));
        }
        commits.stream()
                .flatMap(commit -> commit.getTeachers().stream())
                .distinct()
                .forEach(teacher -> lines.add(row(
                        "teacher", "%s v%d %s".formatted(teacher.getId(), teacher.getVersion(), teacher.getSha256()))));
        commits.stream().map(TrainingOrder::getMadeBy).distinct().forEach(by -> lines.add(row("made by", by)));
        commits.stream().map(TrainingOrder::getSettings).distinct().forEach(s -> lines.add(row("settings", s)));
        long gone = commits.stream().mapToLong(TrainingOrder::getGone).sum();
        if (gone > 0) {
            lines.add(row("not repeatable", gone + " labels for repetition were gone at a restart"));
        }
        return String.join("\n", lines);
    }

    private static long labels(List<FoldedRun> runs, boolean learnt) {
        return runs.stream()
                .filter(run -> run.getLearnt() == learnt)
                .mapToLong(FoldedRun::getLabels)
                .sum();
    }

    /** Offsets of labels and frames, the last ones included. */
    private static String span(List<FoldedRun> runs) {
        String labels = "labels %d to %d"
                .formatted(
                        runs.stream().mapToLong(FoldedRun::getFrom).min().orElseThrow(),
                        runs.stream().mapToLong(FoldedRun::getTo).max().orElseThrow() - 1);
        Map<Integer, List<Long>> frames = runs.stream()
                .filter(run -> run.getFramesFrom() != null && run.getFramesTo() != null)
                .flatMap(run -> List.of(run.getFramesFrom(), run.getFramesTo()).stream())
                .collect(Collectors.groupingBy(
                        frame -> frame.getPartition(),
                        TreeMap::new,
                        Collectors.mapping(frame -> frame.getOffset(), Collectors.toList())));
        return labels
                + frames.entrySet().stream()
                        .map(of -> ", frames %d to %d of partition %d"
                                .formatted(
                                        of.getValue().stream()
                                                .min(Comparator.naturalOrder())
                                                .orElseThrow(),
                                        of.getValue().stream()
                                                .max(Comparator.naturalOrder())
                                                .orElseThrow(),
                                        of.getKey()))
                        .collect(Collectors.joining());
    }

    private static String row(String name, String value) {
        return "  %-18s%s".formatted(name, value).stripTrailing();
    }
}
