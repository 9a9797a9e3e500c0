package io.apprentice.lab.experiment;

import io.apprentice.learning.step.AlignmentMode;
import io.apprentice.learning.step.AlignmentSetting;
import io.apprentice.learning.step.AlignmentSettings;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A way of learning: {@code frozen}, {@code none}, {@code pairwise}, {@code distribution:official},
 * {@code distribution:converged}, {@code distribution:scale-aware}, each with or without a {@link Variant} behind it.
 *
 * @param name as above
 * @param alignment how predictions are aligned; empty: nothing is learnt
 */
public record Mode(String name, Optional<AlignmentSettings> alignment, Variant variant) {

    /** What else is different. */
    enum Variant {
        PLAIN(""),
        /** Learning ends when the stream changes. */
        UNTIL_SHIFT("/until-shift"),
        /** The student directs how often the teacher labels; behind the guard. */
        ADAPTIVE("/adaptive"),
        /** Only what passes the guard comes into use. */
        GUARDED("/guarded");

        private final String suffix;

        Variant(String suffix) {
            this.suffix = suffix;
        }
    }

    /**
     * A mode by its name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Mode of(String name) {
        Variant variant = Stream.of(Variant.UNTIL_SHIFT, Variant.ADAPTIVE, Variant.GUARDED)
                .filter(v -> name.endsWith(v.suffix))
                .findFirst()
                .orElse(Variant.PLAIN);
        String plain = name.substring(0, name.length() - variant.suffix.length());
        Optional<AlignmentSettings> alignment = switch (plain.toLowerCase(Locale.ROOT)) {
            case "frozen" -> Optional.empty();
            case "none" -> settings(AlignmentMode.NONE, 0, AlignmentSetting.SCALE_AWARE);
            case "pairwise" ->
                settings(AlignmentMode.PAIRWISE, AlignmentSettings.DEFAULT.lambda(), AlignmentSetting.SCALE_AWARE);
            case "distribution:official" ->
                settings(AlignmentMode.DISTRIBUTION, AlignmentSettings.OFFICIAL_LAMBDA, AlignmentSetting.OFFICIAL);
            case "distribution:converged" ->
                settings(AlignmentMode.DISTRIBUTION, AlignmentSettings.OFFICIAL_LAMBDA, AlignmentSetting.CONVERGED);
            case "distribution:scale-aware" ->
                settings(AlignmentMode.DISTRIBUTION, AlignmentSettings.DEFAULT.lambda(), AlignmentSetting.SCALE_AWARE);
            default ->
                throw new IllegalArgumentException(
                        "mode: expected frozen, none, pairwise, distribution:official, distribution:converged or"
                                + " distribution:scale-aware, got '" + name + "'");
        };
        return new Mode(name, alignment, variant);
    }

    private static Optional<AlignmentSettings> settings(AlignmentMode mode, double lambda, AlignmentSetting setting) {
        return Optional.of(new AlignmentSettings(mode, lambda, setting, 2));
    }

    boolean learns() {
        return alignment.isPresent();
    }

    boolean is(Variant other) {
        return variant == other;
    }
}
