package io.apprentice.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The past as curves. A run of any length takes at most so many rows: when there are more, each two neighbours become
 * one, of twice the width. Thread-safe.
 */
final class Curves {

    /** How the values of a row make a point. */
    private enum Kind {
        /** Their sum per second, over the last five seconds: single ones jump. */
        RATE,
        /** Their mean. */
        MEAN,
        /** The mean of all in the last half minute: single ones say little. */
        TRAILING
    }

    /** One curve. */
    record Curve(String name, Kind kind) {}

    static final Curve FRAMES = new Curve("frames", Kind.RATE);
    static final Curve POSES = new Curve("poses", Kind.RATE);
    static final Curve LABELS = new Curve("labels", Kind.RATE);
    static final Curve LOST = new Curve("lost", Kind.TRAILING);
    static final Curve AGREED = new Curve("agreement", Kind.TRAILING);
    static final Curve APART_MILLIMETRES = new Curve("apart.mm", Kind.TRAILING);
    static final Curve APART_DEGREES = new Curve("apart.degrees", Kind.TRAILING);
    static final Curve STUDENT_TRUE = new Curve("truth.student", Kind.TRAILING);
    static final Curve TEACHER_TRUE = new Curve("truth.teacher", Kind.TRAILING);
    static final Curve LATENCY_MEDIAN = new Curve("latency.p50", Kind.MEAN);
    static final Curve LATENCY_HIGH = new Curve("latency.p99", Kind.MEAN);
    static final Curve LAG_OF_TRAINER = new Curve("lag.trainer", Kind.MEAN);

    private static final int MOST_ROWS = 3_600;
    private static final int MOST_CURVES = 40;
    private static final int LONGEST_NAME = 100;
    private static final long RATE_MILLIS = 5_000;
    private static final long TRAILING_MILLIS = 30_000;

    private final Map<Curve, Integer> places = new LinkedHashMap<>();
    private final long[] since = new long[MOST_CURVES];
    /** By begin: per curve, sum and count. */
    private NavigableMap<Long, double[]> rows = new TreeMap<>();

    private long width = 1_000;

    /** A term of the loss. */
    static Curve loss(String term) {
        return new Curve("loss." + term, Kind.MEAN);
    }

    /** Adds a value at a time, milliseconds; one curve too many, or of too long a name, is left out. */
    synchronized void add(Curve curve, long at, double value) {
        Integer known = places.get(curve);
        int place = known == null ? places.size() : known;
        if (place >= MOST_CURVES || curve.name().length() > LONGEST_NAME || !Double.isFinite(value)) {
            return;
        }
        if (known == null) {
            places.put(curve, place);
            since[place] = at;
        }
        double[] row = row(at);
        row[2 * place] += value;
        row[2 * place + 1]++;
    }

    /** Where nothing comes a rate is 0, not unknown. */
    synchronized void tick(long now) {
        row(now);
    }

    private double[] row(long at) {
        double[] row = rows.computeIfAbsent(at - Math.floorMod(at, width), begin -> new double[2 * MOST_CURVES]);
        if (rows.size() > MOST_ROWS) {
            widen();
        }
        return row;
    }

    private void widen() {
        width *= 2;
        NavigableMap<Long, double[]> wider = new TreeMap<>();
        rows.forEach((begin, row) -> wider.merge(begin - Math.floorMod(begin, width), row, (a, b) -> {
            for (int i = 0; i < a.length; i++) {
                a[i] += b[i];
            }
            return a;
        }));
        rows = wider;
    }

    /** How student and teacher agreed in the last half minute, and in the first one that is known. */
    synchronized ObjectNode agreement(long now) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        Integer place = places.get(AGREED);
        if (place != null) {
            json.put("now", lately(AGREED, now));
            json.put("millimetres", lately(APART_MILLIMETRES, now));
            json.put("degrees", lately(APART_DEGREES, now));
            long end = since[place] + TRAILING_MILLIS;
            Map.Entry<Long, double[]> row = rows.floorEntry(end - width);
            if (now > end + TRAILING_MILLIS && row != null) {
                json.put("first", known(value(AGREED, place, row.getKey(), row.getValue())));
            }
        }
        return json;
    }

    private @Nullable Double lately(Curve curve, long now) {
        Integer place = places.get(curve);
        return place == null ? null : known(value(curve, place, now - Math.floorMod(now, width), row(now)));
    }

    private static @Nullable Double known(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /**
     * The rows that are complete.
     *
     * @param after begin of the last row that the page has; 0 for none
     * @param knownWidth of the rows that it has; if they have become wider, it gets all again
     */
    synchronized ObjectNode json(long after, long knownWidth, long now) {
        NavigableMap<Long, double[]> wanted =
                rows.tailMap(knownWidth == width ? after : 0, false).headMap(now - width, true);
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("width", width);
        wanted.keySet().forEach(json.putArray("times")::add);
        ObjectNode series = json.putObject("series");
        places.forEach((curve, place) -> {
            ArrayNode values = series.putArray(curve.name());
            wanted.forEach((begin, row) -> add(values, value(curve, place, begin, row)));
        });
        return json;
    }

    private static void add(ArrayNode values, double value) {
        if (Double.isFinite(value)) {
            values.add(Math.round(value * 1e4) / 1e4);
        } else {
            values.addNull();
        }
    }

    private double value(Curve curve, int place, long begin, double[] row) {
        return switch (curve.kind()) {
            case RATE -> rate(place, begin);
            case MEAN -> row[2 * place] / row[2 * place + 1];
            case TRAILING -> {
                double sum = 0;
                double count = 0;
                for (double[] near :
                        rows.subMap(begin - TRAILING_MILLIS, false, begin, true).values()) {
                    sum += near[2 * place];
                    count += near[2 * place + 1];
                }
                yield sum / count;
            }
        };
    }

    private double rate(int place, long begin) {
        long end = begin + width;
        long first = since[place] - Math.floorMod(since[place], width);
        if (end <= first) {
            return Double.NaN;
        }
        long from = Math.max(end - Math.max(RATE_MILLIS, width), first);
        double sum = 0;
        for (double[] row : rows.subMap(from, true, end, false).values()) {
            sum += row[2 * place];
        }
        return sum * 1_000 / (end - from);
    }
}
