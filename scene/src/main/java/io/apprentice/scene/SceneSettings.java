package io.apprentice.scene;

import java.util.OptionalLong;

/**
 * What the synthetic camera films.
 *
 * @param seed decides the scene and all motion in it
 * @param width pixels, 64 to 4096; the focal length is 600/640 of it
 * @param height pixels, 64 to 4096
 * @param framesPerSecond frame rate, above 0 to 1000; decides how far things move between frames
 * @param shiftAtFrame index of the frame from which light, table and walls are different for good; empty for none
 */
public record SceneSettings(long seed, int width, int height, double framesPerSecond, OptionalLong shiftAtFrame) {

    /** Checks the ranges. */
    public SceneSettings {
        require(width >= 64 && width <= 4096, "width", "64 to 4096", width);
        require(height >= 64 && height <= 4096, "height", "64 to 4096", height);
        require(
                framesPerSecond > 0 && framesPerSecond <= 1000,
                "frames-per-second",
                "above 0, to 1000",
                framesPerSecond);
        require(shiftAtFrame.orElse(0) >= 0, "shift-at-frame", "0 or more", shiftAtFrame.orElse(0));
    }

    private static void require(boolean holds, String key, String expected, Object got) {
        if (!holds) {
            throw new IllegalArgumentException("scene.%s: expected %s, got %s".formatted(key, expected, got));
        }
    }

    /** 640 x 480 at 15 frames per second, without a shift. */
    public static SceneSettings of(long seed) {
        return new SceneSettings(seed, 640, 480, 15, OptionalLong.empty());
    }
}
