package io.apprentice.lab.experiment;

import io.apprentice.lab.evaluation.BopAnswers;
import io.apprentice.pose.object.BopModels;
import io.apprentice.recordings.bop.BopScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/**
 * Figures per object of LINEMOD-Occluded: columns of {@code runs.csv}, and tables with a column per object.
 *
 * @param numbers BOP's numbers of the objects
 */
record ObjectTables(SortedSet<Integer> numbers) {
    private static final Map<Integer, String> NAMES =
            Map.of(1, "ape", 5, "can", 6, "cat", 8, "driller", 9, "duck", 10, "eggbox", 11, "glue", 12, "holepuncher");

    /** The part of a region, for columns. */
    static String name(BopAnswers.Roi roi) {
        return roi.name().toLowerCase(Locale.ROOT);
    }

    /** Title of the table of a region's right answers. */
    static String title(BopAnswers.Roi roi) {
        return "region: " + name(roi);
    }

    /** Adds a column per object, and their mean. */
    void put(Map<String, Double> row, String part, Optional<double[]> values) {
        double[] perObject = values.orElseGet(
                () -> numbers.stream().mapToDouble(number -> Double.NaN).toArray());
        int i = 0;
        for (int number : numbers) {
            row.put(column(part, number), perObject[i++]);
        }
        row.put(mean(part), Arrays.stream(perObject).average().orElseThrow());
    }

    /** Adds the shares of right answers. */
    void put(Map<String, Double> row, BopAnswers.Roi roi, Optional<BopScores> scores) {
        put(
                row,
                name(roi),
                scores.map(s -> numbers.stream()
                        .mapToDouble(number -> s.perObject().get(number).recall())
                        .toArray()));
    }

    /**
     * One table per part, with a line per mode.
     *
     * @param titles by part
     */
    String of(List<FinishedRuns.Row> rows, List<String> modes, LinkedHashMap<String, String> titles) {
        List<String> tables = new ArrayList<>();
        titles.forEach((part, title) -> {
            List<String> header = new ArrayList<>(List.of(title, "seeds"));
            numbers.forEach(number -> header.add(NAMES.getOrDefault(number, BopModels.name(number))));
            header.add("mean");
            List<List<String>> lines = new ArrayList<>();
            for (String mode : modes) {
                List<FinishedRuns.Row> own = rows.stream()
                        .filter(row -> row.mode().equals(mode) && !Double.isNaN(row.get(mean(part))))
                        .toList();
                if (!own.isEmpty()) {
                    List<String> cells = new ArrayList<>(
                            List.of("`" + mode + "`", own.get(0).seed() == 0 ? "" : Integer.toString(own.size())));
                    numbers.forEach(number -> cells.add(ResultTable.spread(own, column(part, number), 3)));
                    cells.add(ResultTable.spread(own, mean(part), 3));
                    lines.add(cells);
                }
            }
            tables.add(ResultTable.markdown(header, lines));
        });
        return String.join("\n", tables);
    }

    private static String column(String part, int number) {
        return "%s_%s".formatted(part, BopModels.name(number));
    }

    private static String mean(String part) {
        return part + "_mean";
    }
}
