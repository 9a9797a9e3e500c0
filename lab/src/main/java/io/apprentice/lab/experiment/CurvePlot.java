package io.apprentice.lab.experiment;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Shares within 0.1 diameter over the time of the stream: the mean over the seeds for each mode, and the band from
 * worst to best.
 */
final class CurvePlot {
    private static final List<Color> COLOURS = List.of(
            new Color(0x808080),
            new Color(0x1f77b4),
            new Color(0xff7f0e),
            new Color(0x2ca02c),
            new Color(0xd62728),
            new Color(0x9467bd),
            new Color(0x8c564b));
    private static final int BAND_ALPHA = 45;

    private CurvePlot() {}

    /** Draws the curves; writes nothing if there are none. */
    static void draw(List<FinishedRuns.CurvePoint> curves, List<String> modes, String title, Path png)
            throws IOException {
        if (curves.isEmpty()) {
            return;
        }
        XYChart chart = new XYChartBuilder()
                .width(1000)
                .height(520)
                .title(title)
                .xAxisTitle("minutes of the stream")
                .yAxisTitle("share within 0.1 diameter")
                .build();
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
        chart.getStyler().setXAxisDecimalPattern("0.##");
        for (int m = 0; m < modes.size(); m++) {
            String mode = modes.get(m);
            List<FinishedRuns.CurvePoint> own =
                    curves.stream().filter(p -> p.mode().equals(mode)).toList();
            if (!own.isEmpty()) {
                add(chart, mode, own, FinishedRuns.CurvePoint::student, COLOURS.get(m % COLOURS.size()), false);
            }
        }
        add(chart, "teacher", curves, FinishedRuns.CurvePoint::teacher, Color.BLACK, true);
        ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", png.toFile());
    }

    private static void add(
            XYChart chart,
            String name,
            List<FinishedRuns.CurvePoint> points,
            ToDoubleFunction<FinishedRuns.CurvePoint> value,
            Color colour,
            boolean dashed) {
        TreeMap<Double, List<Double>> byTime = points.stream()
                .collect(Collectors.groupingBy(
                        FinishedRuns.CurvePoint::seconds,
                        TreeMap::new,
                        Collectors.mapping(value::applyAsDouble, Collectors.toList())));
        List<Double> minutes = byTime.keySet().stream().map(s -> s / 60).toList();
        List<Double> means = byTime.values().stream()
                .map(v -> v.stream().mapToDouble(d -> d).average().orElseThrow())
                .toList();
        if (!dashed && minutes.size() > 1) {
            List<Double> x = new ArrayList<>(minutes);
            List<Double> y = new ArrayList<>(byTime.values().stream()
                    .map(v -> v.stream().mapToDouble(d -> d).max().orElseThrow())
                    .toList());
            List<List<Double>> values = new ArrayList<>(byTime.values());
            for (int i = values.size() - 1; i >= 0; i--) {
                x.add(minutes.get(i));
                y.add(values.get(i).stream().mapToDouble(d -> d).min().orElseThrow());
            }
            XYSeries band = chart.addSeries(name + " (worst to best)", x, y);
            band.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
            band.setFillColor(new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), BAND_ALPHA));
            band.setLineColor(new Color(0, true));
            band.setMarker(SeriesMarkers.NONE);
            band.setShowInLegend(false);
        }
        XYSeries line = chart.addSeries(name, minutes, means);
        line.setMarker(SeriesMarkers.NONE);
        line.setLineColor(colour);
        line.setLineStyle(
                dashed
                        ? new BasicStroke(1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {6, 4}, 0)
                        : new BasicStroke(2));
    }
}
