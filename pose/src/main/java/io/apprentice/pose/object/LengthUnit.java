package io.apprentice.pose.object;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a mesh file's coordinates are counted in; the files themselves do not say. */
public enum LengthUnit {
    /** Millimetres, as in BOP. */
    MM(1e-3),
    /** Centimetres. */
    CM(1e-2),
    /** Metres. */
    M(1),
    /** Inches. */
    IN(0.0254);

    /** Diameters of what is looked for, metres: between them metres and millimetres cannot be taken for each other. */
    private static final double SMALLEST = 0.01;

    private static final double LARGEST = 3;
    /** Most things whose pose is estimated are this large, metres. */
    private static final double USUAL_SMALLEST = 0.05;

    private static final double USUAL_LARGEST = 1;
    /** The same for a unit that someone stated. */
    private static final double SMALLEST_STATED = 0.005;

    private static final double LARGEST_STATED = 30;

    private final double metres;

    LengthUnit(double metres) {
        this.metres = metres;
    }

    /** Length of the unit, metres. */
    public double metres() {
        return metres;
    }

    /** As in files and options: mm, cm, m, in. */
    public String symbol() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The unit with a symbol.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static LengthUnit of(String symbol) {
        return Arrays.stream(values())
                .filter(unit -> unit.symbol().equals(symbol))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unit: expected one of %s, got '%s'"
                        .formatted(
                                Arrays.stream(values()).map(LengthUnit::symbol).toList(), symbol)));
    }

    /**
     * Metres or millimetres, whichever makes a diameter one of 0.01 to 3 m; outside 0.05 to 1 m only if no other unit does so.
     *
     * @param diameter in the unit that is wanted
     * @throws IllegalArgumentException if neither does, or another unit is as likely; says which units would do
     */
    public static LengthUnit likely(double diameter) {
        for (LengthUnit unit : List.of(M, MM)) {
            if (unit.plausible(diameter)) {
                if (!unit.usual(diameter)
                        && Arrays.stream(values())
                                        .filter(u -> u.plausible(diameter))
                                        .count()
                                > 1) {
                    throw new IllegalArgumentException("a diameter of %s fits several units%s; the unit has to be said"
                            .formatted(number(diameter), suggestion(diameter)));
                }
                return unit;
            }
        }
        throw new IllegalArgumentException(
                "expected a diameter of %s to %s (metres) or %s to %s (millimetres), got %s%s; the unit has to be said"
                        .formatted(
                                number(SMALLEST),
                                number(LARGEST),
                                number(SMALLEST / MM.metres),
                                number(LARGEST / MM.metres),
                                number(diameter),
                                suggestion(diameter)));
    }

    /**
     * Holds a stated unit against the size that it means.
     *
     * @param diameter in this unit
     * @throws IllegalArgumentException if the object would be smaller than 5 mm or larger than 30 m; says which unit would do
     */
    public void check(double diameter) {
        double length = diameter * metres;
        if (!(length >= SMALLEST_STATED && length <= LARGEST_STATED)) {
            throw new IllegalArgumentException("expected a diameter of %s to %s m, got %s m with the unit %s%s"
                    .formatted(
                            number(SMALLEST_STATED),
                            number(LARGEST_STATED),
                            number(length),
                            symbol(),
                            suggestion(diameter)));
        }
    }

    /** Whether another unit makes a diameter in this one, which was guessed, a usual one as well. */
    boolean isDoubtful(double diameter) {
        return Arrays.stream(values()).anyMatch(other -> other != this && other.usual(diameter));
    }

    private boolean plausible(double diameter) {
        return diameter * metres >= SMALLEST && diameter * metres <= LARGEST;
    }

    private boolean usual(double diameter) {
        return diameter * metres >= USUAL_SMALLEST && diameter * metres <= USUAL_LARGEST;
    }

    /** What it would be in each unit that makes sense; empty if none does. */
    static String suggestion(double diameter) {
        String units = Arrays.stream(values())
                .filter(unit -> unit.plausible(diameter))
                .map(unit -> "%s m with the unit %s".formatted(number(diameter * unit.metres), unit.symbol()))
                .collect(Collectors.joining(", "));
        return units.isEmpty() ? "" : "; it would be " + units;
    }

    private static String number(double value) {
        return new BigDecimal(value)
                .round(new MathContext(3))
                .stripTrailingZeros()
                .toPlainString();
    }
}
