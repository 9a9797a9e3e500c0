package io.apprentice.scene;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How training crops vary.
 *
 * @param views from where the object is seen
 * @param roll largest roll of the camera to either side with {@link Views#UPPER}, degrees, 0 to 180
 * @param nearest smallest distance from the camera to the object's middle, diameters, at least 1
 * @param farthest largest distance, likewise
 * @param wideShare share of crops that show a much larger part of the frame, 0 to 1
 * @param backgrounds folder of JPEG or PNG pictures for the background and the things around the object, in addition to
 *     the procedural patterns
 */
public record CropSettings(
        Views views, double roll, double nearest, double farthest, double wideShare, Optional<Path> backgrounds) {

    /** Objects on a table, as the synthetic camera shows them; every eighth crop is wide. */
    public static final CropSettings DEFAULT = new CropSettings(Views.UPPER, 0.12, Optional.empty());

    /** Checks the ranges. */
    public CropSettings {
        require(roll >= 0 && roll <= 180, "roll", "0 to 180 degrees", roll);
        require(nearest >= 1, "nearest", "at least 1 diameter", nearest);
        require(
                farthest >= nearest && farthest <= 100,
                "farthest",
                "from %s to 100 diameters".formatted(nearest),
                farthest);
        require(wideShare >= 0 && wideShare <= 1, "wide-share", "0 to 1", wideShare);
    }

    /** Settings with a roll of up to 30 degrees and a distance of 1.3 to 3.5 diameters. */
    public CropSettings(Views views, double wideShare, Optional<Path> backgrounds) {
        this(views, 30, 1.3, 3.5, wideShare, backgrounds);
    }

    private static void require(boolean holds, String key, String expected, double got) {
        if (!holds) {
            throw new IllegalArgumentException("crops.%s: expected %s, got %s".formatted(key, expected, got));
        }
    }

    /** From where the object is seen. */
    public enum Views {
        /** From above the table on which it stands (object z up), with the camera rolled up to a limit. */
        UPPER,
        /** From anywhere, with any roll. */
        SPHERE
    }
}
