package io.apprentice.pose.scene;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How training crops vary.
 *
 * @param views from where the object is seen
 * @param wideShare share of crops that show a much larger part of the frame, 0 to 1
 * @param backgrounds folder of JPEG or PNG pictures to use as backgrounds beside the procedural ones
 */
public record CropSettings(Views views, double wideShare, Optional<Path> backgrounds) {

    /** Objects on a table, as the synthetic camera shows them; every eighth crop is wide. */
    public static final CropSettings DEFAULT = new CropSettings(Views.UPPER, 0.12, Optional.empty());

    /** Checks the share. */
    public CropSettings {
        if (!(wideShare >= 0 && wideShare <= 1)) {
            throw new IllegalArgumentException("crops.wide-share: expected 0 to 1, got " + wideShare);
        }
    }

    /** From where the object is seen. */
    public enum Views {
        /** From above the table on which it stands (object z up), with the camera rolled up to 30 degrees. */
        UPPER,
        /** From anywhere, with any roll. */
        SPHERE
    }
}
