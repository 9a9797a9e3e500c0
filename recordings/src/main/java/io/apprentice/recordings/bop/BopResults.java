package io.apprentice.recordings.bop;

import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.pose.object.JsonFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reads and writes BOP results: a csv file with the columns {@value #HEADER}, R as nine numbers row by row and t as
 * three, separated by spaces, t in millimetres.
 *
 * @see "BOP challenge, https://bop.felk.cvut.cz/challenges, submission format"
 */
public final class BopResults {

    /** First line of a file: the columns. */
    public static final String HEADER = "scene_id,im_id,obj_id,score,R,t,time";

    private static final long MAX_BYTES = 256L << 20;

    private BopResults() {}

    /**
     * The rows of a file, in its order. The header may be missing. Rotations are not checked: if a matrix is not a
     * rotation, the estimator is wrong, not the file.
     *
     * @throws IOException if the file is missing or broken, naming the line, what was expected and what was found
     */
    public static List<BopResult> read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": no such file; expected BOP results (csv)");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException("%s: expected at most %d bytes, got %d".formatted(file, MAX_BYTES, Files.size(file)));
        }
        return parse(file, Files.readAllBytes(file));
    }

    static List<BopResult> parse(Path file, byte[] bytes) throws IOException {
        List<BopResult> results = new ArrayList<>();
        int number = 0;
        for (String line : (Iterable<String>) new String(bytes, StandardCharsets.UTF_8).lines()::iterator) {
            number++;
            boolean header = number == 1 && line.replace(" ", "").contains(HEADER);
            if (!header && !line.isBlank()) {
                results.add(new Row(file, number, line.split(",", 9)).result());
            }
        }
        return results;
    }

    /** Writes a file atomically. */
    public static void write(Path file, List<BopResult> results) throws IOException {
        String text = results.stream()
                .map(BopResults::row)
                .collect(Collectors.joining("\n", HEADER + "\n", results.isEmpty() ? "" : "\n"));
        Path absolute = file.toAbsolutePath();
        Files.createDirectories(absolute.getParent());
        Path part = absolute.resolveSibling(absolute.getFileName() + ".part");
        Files.writeString(part, text);
        Files.move(part, absolute, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** One line of a file, without its end. */
    public static String row(BopResult result) {
        double[] mm = Arrays.stream(result.objectToCamera().translation())
                .map(metres -> metres * 1000)
                .toArray();
        return "%d,%d,%d,%s,%s,%s,%s"
                .formatted(
                        result.scene(),
                        result.image(),
                        result.object(),
                        result.score(),
                        words(result.objectToCamera().rotation()),
                        words(mm),
                        result.seconds());
    }

    private static String words(double[] values) {
        return Arrays.stream(values).mapToObj(Double::toString).collect(Collectors.joining(" "));
    }

    /** The columns of one line. */
    private record Row(Path file, int line, String[] columns) {

        BopResult result() throws IOException {
            if (columns.length != 7) {
                throw problem("7 columns " + HEADER, columns.length + (columns.length == 9 ? " or more" : ""));
            }
            double[] rotation = numbers(4, "R", 9);
            double[] translation = JsonFile.metres(numbers(5, "t", 3));
            return new BopResult(
                    id(0, "scene_id"),
                    id(1, "im_id"),
                    id(2, "obj_id"),
                    numbers(3, "score", 1)[0],
                    new PoseMatrix(rotation, translation),
                    numbers(6, "time", 1)[0]);
        }

        private int id(int column, String name) throws IOException {
            String word = columns[column].strip();
            if (!word.matches("\\d{1,9}")) {
                throw problem("a whole number of at most 9 digits as " + name, "'" + word + "'");
            }
            return Integer.parseInt(word);
        }

        private double[] numbers(int column, String name, int count) throws IOException {
            String[] words = columns[column].strip().split("\\s+", count + 1);
            double[] values = new double[count];
            for (int i = 0; i < count; i++) {
                values[i] = words.length == count ? number(words[i]) : Double.NaN;
                if (!Double.isFinite(values[i])) {
                    String expected = count == 1 ? "a finite number" : count + " finite numbers";
                    throw problem(expected + " as " + name, "'" + columns[column].strip() + "'");
                }
            }
            return values;
        }

        private static double number(String word) {
            try {
                return Double.parseDouble(word);
            } catch (NumberFormatException e) {
                return Double.NaN;
            }
        }

        private IOException problem(String expected, String got) {
            String shown = got.length() > 60 ? got.substring(0, 60) + "..." : got;
            return new IOException("%s: line %d: expected %s, got %s".formatted(file, line, expected, shown));
        }
    }
}
