package io.apprentice.lab.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Mean and spread over the seeds as a table in Markdown. */
public final class ResultTable {
    private static final List<String> ALL = List.of("add10", "add05", "px5");
    private static final List<String> HEADINGS = List.of("ADD-0.1d", "ADD-0.05d", "< 5 px");

    /** A column of shares. */
    private record Share(String part, String measure) {
        String column() {
            return part + "_" + measure;
        }

        String heading() {
            return part.replace('_', ' ') + ": " + HEADINGS.get(ALL.indexOf(measure));
        }
    }

    private ResultTable() {}

    /** A row per mode in the order given, then the teacher; a column per phase and part that any run has scored. */
    static String of(List<FinishedRuns.Row> rows, List<String> modes, List<String> phases) {
        List<Share> shares = phases.stream()
                .flatMap(phase -> Stream.of(phase + "_seen", phase + "_held"))
                .filter(part -> rows.stream().anyMatch(row -> row.get(part + "_n") > 0))
                .flatMap(part -> ALL.stream()
                        // all measures of the last phase, the first one of the others
                        .filter(m -> m.equals("add10") || part.startsWith(phases.get(phases.size() - 1)))
                        .map(m -> new Share(part, m)))
                .toList();
        List<String> header = new ArrayList<>(List.of("", "seeds"));
        shares.forEach(share -> header.add(share.heading()));
        header.addAll(List.of("steps", "teacher calls", "0.95 of the teacher after (s; steps; calls)", "minutes"));
        boolean shift = rows.stream().anyMatch(row -> !Double.isNaN(row.get("lowest_after_shift")));
        if (shift) {
            header.addAll(List.of("withheld", "lowest after the change", "0.9 of its own before again after (s)"));
        }
        List<List<String>> lines = new ArrayList<>();
        for (String mode : modes) {
            List<FinishedRuns.Row> own =
                    rows.stream().filter(row -> row.mode().equals(mode)).toList();
            if (!own.isEmpty()) {
                List<String> cells = mode(mode, own, shares);
                if (shift) {
                    cells.add(spread(own, "withheld", 0));
                    cells.add(spread(own, "lowest_after_shift", 3));
                    cells.add(reached(own, "recovered_seconds", spread(own, "recovered_seconds", 0)));
                }
                lines.add(cells);
            }
        }
        if (!rows.isEmpty()) {
            lines.add(teacher(rows, shares, header.size()));
        }
        return markdown(header, lines);
    }

    private static List<String> mode(String mode, List<FinishedRuns.Row> own, List<Share> shares) {
        List<String> cells = new ArrayList<>(List.of("`" + mode + "`", Integer.toString(own.size())));
        shares.forEach(share -> cells.add(spread(own, share.column(), 3)));
        cells.add(spread(own, "steps", 0));
        cells.add(spread(own, "teacher_calls", 0));
        cells.add(reached(
                own,
                "caught_up_steps",
                "%s; %s; %s"
                        .formatted(
                                spread(own, "caught_up_seconds", 0),
                                spread(own, "caught_up_steps", 0),
                                spread(own, "caught_up_calls", 0))));
        cells.add(spread(own, "minutes", 1));
        return cells;
    }

    /** The text, with the number of runs that got there unless all did. */
    private static String reached(List<FinishedRuns.Row> own, String column, String text) {
        long runs = own.stream().filter(row -> !Double.isNaN(row.get(column))).count();
        return runs == 0
                ? "not reached"
                : runs == own.size() ? text : "%s (%d of %d)".formatted(text, runs, own.size());
    }

    private static List<String> teacher(List<FinishedRuns.Row> rows, List<Share> shares, int columns) {
        List<String> cells = new ArrayList<>(List.of("teacher", ""));
        shares.forEach(share -> cells.add(spread(rows, share.part() + "_teacher_" + share.measure(), 3)));
        while (cells.size() < columns) {
            cells.add("");
        }
        return cells;
    }

    /** A table. */
    public static String markdown(List<String> header, List<List<String>> lines) {
        return line(header)
                + "|---".repeat(header.size())
                + "|\n"
                + lines.stream().map(ResultTable::line).collect(Collectors.joining());
    }

    private static String line(List<String> cells) {
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    /** Mean and, unless it rounds to 0, standard deviation over the runs that have a value. */
    public static String spread(List<FinishedRuns.Row> rows, String column, int digits) {
        double[] values = rows.stream()
                .mapToDouble(row -> row.get(column))
                .filter(v -> !Double.isNaN(v))
                .toArray();
        if (values.length == 0) {
            return "";
        }
        double mean = Arrays.stream(values).average().orElseThrow();
        double square = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        String number = "%." + digits + "f";
        String deviation = String.format(Locale.ROOT, number, Math.sqrt(square / Math.max(1, values.length - 1)));
        boolean none = Double.parseDouble(deviation) == 0;
        return String.format(Locale.ROOT, number, mean) + (none ? "" : " ± " + deviation);
    }
}
