package io.apprentice.lab.fit;

import io.apprentice.learning.fit.Fit;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The course of a fit: one row per report, as CSV and as a picture of losses, learning rate and validation over images.
 */
final class FitCurves {

    private static final List<String> COLUMNS = List.of(
            "images",
            "learning_rate",
            "segmentation",
            "regression",
            "alignment",
            "features",
            "patches",
            "total",
            "gradient_norm",
            "images_per_second",
            "waiting",
            "validation");
    private static final List<String> LOSSES =
            List.of("segmentation", "regression", "alignment", "features", "patches", "total");
    private static final int WIDTH = 900;
    private static final int HEIGHT = 320;

    private final Path csv;
    private final List<double[]> rows = new ArrayList<>();

    /**
     * Starts, or continues the rows of an interrupted fit.
     *
     * @param images crops that the fit has seen; later rows are dropped, since it will make them again
     * @throws IOException if the file holds other rows
     */
    FitCurves(Path csv, long images) throws IOException {
        this.csv = csv;
        if (images > 0 && Files.exists(csv)) {
            List<String> lines = Files.readAllLines(csv);
            for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
                double[] row = parse(line);
                if (row[0] <= images) {
                    rows.add(row);
                }
            }
        }
        Files.createDirectories(csv.getParent());
        List<String> lines = new ArrayList<>();
        lines.add(String.join(",", COLUMNS));
        rows.forEach(row -> lines.add(text(row)));
        Files.write(csv, lines);
    }

    private double[] parse(String line) throws IOException {
        String[] cells = line.split(",", -1);
        try {
            double[] row = Arrays.stream(cells)
                    .mapToDouble(cell -> cell.isEmpty() ? Double.NaN : Double.parseDouble(cell))
                    .toArray();
            if (row.length == COLUMNS.size()) {
                return row;
            }
        } catch (NumberFormatException e) {
            // reported below, like a row of another length
        }
        throw new IOException("%s: expected rows of %s, got '%s'".formatted(csv, COLUMNS, line));
    }

    private static String text(double[] row) {
        return Arrays.stream(row)
                .mapToObj(v ->
                        Double.isNaN(v) ? "" : v == Math.rint(v) ? Long.toString((long) v) : Float.toString((float) v))
                .collect(Collectors.joining(","));
    }

    /**
     * Adds a report.
     *
     * @param validation share of held-out objects within 0.1 diameter; empty: not measured this time
     */
    void add(Fit.Progress p, OptionalDouble validation) throws IOException {
        double[] row = {
            p.images(),
            p.learningRate(),
            p.losses().segmentation(),
            p.losses().regression(),
            p.losses().alignment(),
            p.losses().features(),
            p.losses().patches(),
            p.losses().total(),
            p.losses().gradientNorm(),
            p.imagesPerSecond(),
            p.waiting(),
            validation.orElse(Double.NaN)
        };
        rows.add(row);
        Files.writeString(csv, text(row) + "\n", java.nio.file.StandardOpenOption.APPEND);
    }

    /** Draws all rows; writes nothing if there are none. */
    void draw(Path png) throws IOException {
        if (rows.isEmpty()) {
            return;
        }
        XYChart losses = chart("loss per step", LOSSES);
        losses.getStyler().setYAxisLogarithmic(true);
        XYChart validation = chart("within 0.1 diameter, held-out frames", List.of("validation"));
        validation.getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
        BufferedImage[] parts = {
            BitmapEncoder.getBufferedImage(losses),
            BitmapEncoder.getBufferedImage(chart("learning rate", List.of("learning_rate"))),
            BitmapEncoder.getBufferedImage(validation)
        };
        BufferedImage whole = new BufferedImage(WIDTH, HEIGHT * parts.length, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < parts.length; i++) {
            whole.getGraphics().drawImage(parts[i], 0, i * HEIGHT, null);
        }
        ImageIO.write(whole, "png", png.toFile());
    }

    private XYChart chart(String title, List<String> columns) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .yAxisTitle(title)
                .xAxisTitle("images")
                .build();
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        for (String column : columns) {
            int c = COLUMNS.indexOf(column);
            // a term that is not part of the loss is 0 throughout, which a logarithm cannot show
            List<double[]> known = rows.stream()
                    .filter(row -> Double.isFinite(row[c]) && (row[c] > 0 || !LOSSES.contains(column)))
                    .toList();
            if (!known.isEmpty()) {
                chart.addSeries(
                                column,
                                known.stream().mapToDouble(row -> row[0]).toArray(),
                                known.stream().mapToDouble(row -> row[c]).toArray())
                        .setMarker(SeriesMarkers.NONE);
            }
        }
        return chart;
    }
}
