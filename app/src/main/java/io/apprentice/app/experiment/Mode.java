package io.apprentice.app.experiment;

import io.apprentice.pose.training.AlignmentMode;
import io.apprentice.pose.training.AlignmentSetting;
import io.apprentice.pose.training.AlignmentSettings;
import java.util.Locale;
import java.util.Optional;

/**
 * A way of learning: {@code frozen}, {@code none}, {@code pairwise}, {@code distribution:official}, {@code distribution:converged},
 * {@code distribution:scale-aware}; with {@code /until-shift} behind it, learning ends when the scene changes, with {@code /adaptive}
 * the student directs how often the teacher looks.
 *
 * @param name as above
 * @param alignment how predictions are aligned; empty: nothing is learnt
 * @param untilShift whether learning ends with the change of scene
 * @param adaptive whether the stride of the labels is adaptive
 */
public record Mode(String name, Optional<AlignmentSettings> alignment, boolean untilShift, boolean adaptive) {
    private static final String UNTIL_SHIFT = "/until-shift";
    private static final String ADAPTIVE = "/adaptive";

    /**
     * A mode by its name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Mode of(String name) {
        boolean untilShift = name.endsWith(UNTIL_SHIFT);
        boolean adaptive = name.endsWith(ADAPTIVE);
        String plain = untilShift || adaptive ? name.substring(0, name.lastIndexOf('/')) : name;
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
        return new Mode(name, alignment, untilShift, adaptive);
    }

    private static Optional<AlignmentSettings> settings(AlignmentMode mode, double lambda, AlignmentSetting setting) {
        return Optional.of(new AlignmentSettings(mode, lambda, setting, 2));
    }

    boolean learns() {
        return alignment.isPresent();
    }
}
