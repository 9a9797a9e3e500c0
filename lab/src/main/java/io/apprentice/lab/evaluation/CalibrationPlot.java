package io.apprentice.lab.evaluation;

import io.apprentice.lab.evaluation.Calibration.Trial;
import io.apprentice.pose.solve.PnpSettings;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;

/**
 * Draws a {@link Calibration}. Left: how many errors lie inside the ellipsoid that should hold a given share of them.
 * Right: what another threshold of LOST would have done.
 */
final class CalibrationPlot {

    private static final int SIDE = 300;
    private static final int TOP = 50;
    private static final int LEFT = 60;
    private static final int GAP = 90;
    private static final int STEPS = 100;
    private static final double MOST_SUPPORT = 10;

    private final StringBuilder svg = new StringBuilder();

    private CalibrationPlot() {}

    /** A picture as SVG. */
    static String svg(Calibration calibration, String title) {
        CalibrationPlot plot = new CalibrationPlot();
        int width = LEFT + SIDE + GAP + SIDE + 30;
        plot.line(
                "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif' font-size='12'>",
                width, TOP + SIDE + 120);
        plot.line("<rect width='100%%' height='100%%' fill='white'/>");
        plot.text(width / 2, 20, "middle", "black", title.replace("&", "&amp;").replace("<", "&lt;"));
        plot.covariance(calibration, LEFT);
        plot.lost(calibration, LEFT + SIDE + GAP);
        plot.line("</svg>");
        return plot.svg.toString();
    }

    private void covariance(Calibration calibration, int x0) {
        axes(x0, "share that chi-square expects inside", "share inside", 1);
        curve(x0, "#999", p -> p);
        legend(x0, 0, "#999", "as it should be");
        inside(calibration, x0, "#06c", Trial::rightAndPublished);
        legend(x0, 1, "#06c", "right to half a diameter");
        inside(calibration, x0, "#c40", Trial::presentAndPublished);
        legend(x0, 2, "#c40", "all published");
    }

    private void inside(Calibration calibration, int x0, String colour, Predicate<Trial> of) {
        curve(x0, colour, p -> calibration.share(of, t -> Calibration.chiSquare(t.squaredError()) < p));
    }

    private void lost(Calibration calibration, int x0) {
        axes(x0, "least support, cells", "rate", MOST_SUPPORT);
        double chosen = PnpSettings.DEFAULT.leastSupport() / MOST_SUPPORT;
        line("<path d='M%.1f %d v%d' stroke='#999' stroke-dasharray='4'/>", x0 + SIDE * chosen, TOP, SIDE);
        curve(x0, "#c40", s -> calibration.share(t -> !t.present(), t -> t.support() >= s * MOST_SUPPORT));
        legend(x0, 0, "#c40", "false alarm: pose, object absent");
        curve(
                x0,
                "#a0a",
                s -> calibration.share(
                        t -> t.present() && t.support() > 0 && t.support() >= s * MOST_SUPPORT, t -> !t.right()));
        legend(x0, 1, "#a0a", "wrong by over half a diameter");
        curve(x0, "#06c", s -> calibration.share(Trial::wellVisibleAndRight, t -> t.support() < s * MOST_SUPPORT));
        legend(x0, 2, "#06c", "miss: LOST, half visible");
    }

    private void axes(int x0, String xName, String yName, double most) {
        line("<rect x='%d' y='%d' width='%d' height='%d' fill='none' stroke='black'/>", x0, TOP, SIDE, SIDE);
        for (int i = 0; i <= 5; i++) {
            int along = SIDE * i / 5;
            text(x0 + along, TOP + SIDE + 18, "middle", "black", number(most * i / 5));
            text(x0 - 6, TOP + SIDE - along + 4, "end", "black", number(i / 5.0));
            line("<path d='M%d %d v-5 M%d %d h5' stroke='black'/>", x0 + along, TOP + SIDE, x0, TOP + SIDE - along);
        }
        text(x0 + SIDE / 2, TOP + SIDE + 42, "middle", "black", xName);
        line(
                "<text transform='translate(%d %d) rotate(-90)' text-anchor='middle'>%s</text>",
                x0 - 40, TOP + SIDE / 2, yName);
    }

    private void legend(int x0, int row, String colour, String name) {
        int y = TOP + SIDE + 66 + 18 * row;
        line("<path d='M%d %d h24' stroke='%s' stroke-width='3'/>", x0, y - 4, colour);
        text(x0 + 32, y, "start", "black", name);
    }

    /** A function from 0..1 to 0..1. */
    private void curve(int x0, String colour, DoubleUnaryOperator function) {
        svg.append("<polyline fill='none' stroke-width='1.5' stroke='")
                .append(colour)
                .append("' points='");
        for (int i = 0; i <= STEPS; i++) {
            double at = (double) i / STEPS;
            svg.append(String.format(
                    Locale.ROOT, "%.1f,%.1f ", x0 + SIDE * at, TOP + SIDE * (1 - function.applyAsDouble(at))));
        }
        svg.append("'/>\n");
    }

    private void text(int x, int y, String anchor, String colour, String text) {
        line("<text x='%d' y='%d' text-anchor='%s' fill='%s'>%s</text>", x, y, anchor, colour, text);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%.1f", value);
    }

    private void line(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
