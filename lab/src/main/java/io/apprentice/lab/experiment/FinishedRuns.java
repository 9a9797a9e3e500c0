package io.apprentice.lab.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The finished runs, one row each in {@code runs.csv}, and the curves of those that have one in {@code curves.csv}.
 * Each row is written at once, so that a finished run need not be repeated.
 */
public final class FinishedRuns {
    private static final List<String> KEYS = List.of("mode", "seed", "setting");
    private static final String CURVE_HEADER = "mode,seed,seconds,steps,teacher_calls,scored,student,teacher";

    private final Path csv;
    private final Path curvesCsv;
    private final String setting;
    private final List<Row> rows = new ArrayList<>();
    private final List<CurvePoint> curves = new ArrayList<>();

    /**
     * A run.
     *
     * @param values by column; NaN where there is none
     */
    public record Row(String mode, long seed, Map<String, Double> values) {
        /** A cell; NaN where there is none. */
        public double get(String column) {
            return values.getOrDefault(column, Double.NaN);
        }
    }

    /** A part of a run: shares within 0.1 diameter of the answers scored in it. */
    record CurvePoint(
            String mode,
            long seed,
            double seconds,
            double steps,
            double teacherCalls,
            int scored,
            double student,
            double teacher) {
        private String text() {
            return "%s,%d,%s,%s,%s,%d,%s,%s"
                    .formatted(mode, seed, seconds, steps, teacherCalls, scored, student, teacher);
        }
    }

    /**
     * Reads the runs that are already there.
     *
     * @param setting what the runs have in common; no commas
     * @throws IOException if they are of another setting, or broken
     */
    public FinishedRuns(Path folder, String setting) throws IOException {
        this.setting = setting;
        csv = folder.resolve("runs.csv");
        curvesCsv = folder.resolve("curves.csv");
        Files.createDirectories(folder);
        if (Files.exists(csv)) {
            read();
        }
        if (Files.exists(curvesCsv)) {
            readCurves();
            // a run that was killed between its curve and its row is made again
            List<String> lines = new ArrayList<>(List.of(CURVE_HEADER));
            curves.forEach(point -> lines.add(point.text()));
            Files.write(curvesCsv, lines);
        }
    }

    private void read() throws IOException {
        List<String> lines = Files.readAllLines(csv);
        List<String> columns = List.of(lines.get(0).split(",", -1));
        for (String line : lines.subList(1, lines.size())) {
            List<String> cells = List.of(line.split(",", -1));
            if (cells.size() != columns.size() || cells.size() <= KEYS.size()) {
                throw new IOException("%s: expected %d columns, got '%s'".formatted(csv, columns.size(), line));
            }
            if (!cells.get(2).equals(setting)) {
                throw new IOException(
                        "%s: holds runs of another setting; choose another --out, or remove it: expected '%s', got '%s'"
                                .formatted(csv, setting, cells.get(2)));
            }
            Map<String, Double> values = new LinkedHashMap<>();
            try {
                for (int i = KEYS.size(); i < cells.size(); i++) {
                    String cell = cells.get(i);
                    values.put(columns.get(i), cell.isEmpty() ? Double.NaN : Double.parseDouble(cell));
                }
                rows.add(new Row(cells.get(0), Long.parseLong(cells.get(1)), values));
            } catch (NumberFormatException e) {
                throw new IOException("%s: expected numbers, got '%s'".formatted(csv, line), e);
            }
        }
    }

    private void readCurves() throws IOException {
        List<String> lines = Files.readAllLines(curvesCsv);
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            List<String> c = List.of(line.split(",", -1));
            if (c.size() == 8 && has(c.get(0), Long.parseLong(c.get(1)))) {
                curves.add(new CurvePoint(
                        c.get(0),
                        Long.parseLong(c.get(1)),
                        Double.parseDouble(c.get(2)),
                        Double.parseDouble(c.get(3)),
                        Double.parseDouble(c.get(4)),
                        Integer.parseInt(c.get(5)),
                        Double.parseDouble(c.get(6)),
                        Double.parseDouble(c.get(7))));
            }
        }
    }

    /** Whether a run is finished. */
    public boolean has(String mode, long seed) {
        return rows.stream().anyMatch(row -> row.mode().equals(mode) && row.seed() == seed);
    }

    /** The runs, in the order in which they finished. */
    public List<Row> rows() {
        return List.copyOf(rows);
    }

    List<CurvePoint> curves() {
        return List.copyOf(curves);
    }

    /** Writes a finished run and its curve. */
    void add(String mode, long seed, StudentTrial.Outcome outcome) throws IOException {
        if (!Files.exists(curvesCsv)) {
            Files.writeString(curvesCsv, CURVE_HEADER + "\n");
        }
        for (StudentTrial.Bin bin : outcome.bins()) {
            CurvePoint point = new CurvePoint(
                    mode,
                    seed,
                    bin.seconds(),
                    bin.steps(),
                    bin.teacherCalls(),
                    bin.student().scored(),
                    bin.student().share(bin.student().tenth()),
                    bin.teacher().share(bin.teacher().tenth()));
            curves.add(point);
            Files.writeString(curvesCsv, point.text() + "\n", StandardOpenOption.APPEND);
        }
        add(mode, seed, values(outcome));
    }

    /**
     * Writes a finished run.
     *
     * @param values by column, the same columns in the same order for all runs; NaN where there is none
     */
    public void add(String mode, long seed, Map<String, Double> values) throws IOException {
        Row row = new Row(mode, seed, values);
        if (!Files.exists(csv)) {
            Files.writeString(
                    csv,
                    String.join(",", KEYS) + "," + String.join(",", row.values().keySet()) + "\n");
        }
        String cells = row.values().values().stream()
                .map(v -> Double.isNaN(v)
                        ? ""
                        : v == Math.rint(v) ? Long.toString(v.longValue()) : String.format(Locale.ROOT, "%.5f", v))
                .collect(Collectors.joining(","));
        Files.writeString(csv, "%s,%d,%s,%s%n".formatted(mode, seed, setting, cells), StandardOpenOption.APPEND);
        rows.add(row);
    }

    private static Map<String, Double> values(StudentTrial.Outcome o) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("steps", (double) o.steps());
        values.put("teacher_calls", (double) o.teacherCalls());
        values.put("versions", (double) o.versions());
        values.put("withheld", (double) o.withheld().size());
        values.put("minutes", o.minutes());
        values.put(
                "caught_up_seconds",
                o.caughtUp().map(StudentTrial.Reached::seconds).orElse(Double.NaN));
        values.put("caught_up_steps", o.caughtUp().map(r -> (double) r.steps()).orElse(Double.NaN));
        values.put(
                "caught_up_calls",
                o.caughtUp().map(r -> (double) r.teacherCalls()).orElse(Double.NaN));
        values.put(
                "recovered_seconds",
                o.recovered().map(StudentTrial.Reached::seconds).orElse(Double.NaN));
        values.put("lowest_after_shift", o.lowestAfterShift());
        o.phases().forEach((name, parts) -> {
            put(values, name + "_seen", parts.seen);
            put(values, name + "_seen_teacher", parts.teacherSeen);
            put(values, name + "_held", parts.held);
            put(values, name + "_held_teacher", parts.teacherHeld);
        });
        return values;
    }

    /** The columns of a part. */
    static void put(Map<String, Double> values, String name, Scores scores) {
        values.put(name + "_n", (double) scores.scored());
        values.put(name + "_add10", scores.share(scores.tenth()));
        values.put(name + "_add05", scores.share(scores.twentieth()));
        values.put(name + "_px5", scores.share(scores.pixels()));
    }
}
