package io.apprentice.pose.network;

import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.ObjectModel;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * The box around an object's mesh along the axes of its frame, by which a network recognises the object that it was fitted on:
 * another mesh of the same name has mostly another box, and the same mesh saved anew has the same.
 *
 * @param low the corner with the smallest coordinates, metres
 * @param high the corner with the largest
 */
public record ObjectBox(Vec3 low, Vec3 high) {

    /** Of the longest side. */
    private static final double TOLERANCE = 0.02;

    /** The box of an object. */
    public static ObjectBox of(ObjectModel object) {
        return new ObjectBox(object.low(), object.high());
    }

    /**
     * Reads what {@link #text()} wrote.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    static ObjectBox parse(String text) {
        double[] v = Arrays.stream(text.strip().split(" +"))
                .mapToDouble(Double::parseDouble)
                .toArray();
        if (v.length != 6) {
            throw new IllegalArgumentException("expected six numbers, got '%s'".formatted(text));
        }
        return new ObjectBox(new Vec3(v[0], v[1], v[2]), new Vec3(v[3], v[4], v[5]));
    }

    /** Six numbers for a network's metadata: the low corner, then the high one, metres. */
    public String text() {
        return DoubleStream.of(low.x(), low.y(), low.z(), high.x(), high.y(), high.z())
                .mapToObj(value -> String.format(Locale.ROOT, "%.4f", value))
                .collect(Collectors.joining(" "));
    }

    /** Whether both corners agree to a fiftieth of the longest side. */
    public boolean isLike(ObjectBox other) {
        double allowed = TOLERANCE * Math.max(longest(), other.longest());
        return isWithin(allowed, low.minus(other.low)) && isWithin(allowed, high.minus(other.high));
    }

    private double longest() {
        Vec3 size = high.minus(low);
        return Math.max(size.x(), Math.max(size.y(), size.z()));
    }

    private static boolean isWithin(double allowed, Vec3 by) {
        return Math.abs(by.x()) <= allowed && Math.abs(by.y()) <= allowed && Math.abs(by.z()) <= allowed;
    }

    /** Its sides for a person. */
    public String size() {
        Vec3 size = high.minus(low);
        return String.format(Locale.ROOT, "%.3g x %.3g x %.3g cm", 100 * size.x(), 100 * size.y(), 100 * size.z());
    }
}
