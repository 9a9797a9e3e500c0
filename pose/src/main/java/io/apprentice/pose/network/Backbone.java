package io.apprentice.pose.network;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The feature extractors of the official code, by the names of their architectures. */
public enum Backbone {
    /** The large one: residual units, strides 8, 16 and 32 to the pyramid, five levels. */
    DARKNET53("wdrnet-darknet53", 5, 256),
    /** The compact one: 2x2 pooling, strides 8 and 16 to the pyramid, four levels. */
    DARKNET_TINY("wdrnet-darknet-tiny", 4, 256),
    /** Half of the compact one. */
    DARKNET_TINY_H("wdrnet-darknet-tiny-h", 4, 128);

    private final String architectureName;
    private final int levels;
    private final int officialPyramidWidth;

    Backbone(String architectureName, int levels, int officialPyramidWidth) {
        this.architectureName = architectureName;
        this.levels = levels;
        this.officialPyramidWidth = officialPyramidWidth;
    }

    /** For example {@code wdrnet-darknet-tiny-h}. */
    public String architectureName() {
        return architectureName;
    }

    /** Levels of the pyramid; strides 8, 16, 32 and so on. */
    public int levels() {
        return levels;
    }

    /** Channels of the pyramid in the official configuration. */
    public int officialPyramidWidth() {
        return officialPyramidWidth;
    }

    /**
     * The backbone of an architecture.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Backbone named(String architectureName) {
        for (Backbone backbone : values()) {
            if (backbone.architectureName.equals(architectureName)) {
                return backbone;
            }
        }
        throw new IllegalArgumentException("architecture: expected one of %s, got '%s'"
                .formatted(
                        Arrays.stream(values()).map(Backbone::architectureName).collect(Collectors.joining(", ")),
                        architectureName));
    }
}
