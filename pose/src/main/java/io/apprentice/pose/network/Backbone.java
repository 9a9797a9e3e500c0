package io.apprentice.pose.network;

/** The feature extractors of the official code. */
public enum Backbone {
    /** The large one: residual units, strides 8, 16 and 32 to the pyramid, five levels. */
    DARKNET53("darknet53", 5, 256),
    /** The compact one: 2x2 pooling, strides 8 and 16 to the pyramid, four levels. */
    DARKNET_TINY("darknet-tiny", 4, 256),
    /** Half of the compact one. */
    DARKNET_TINY_H("darknet-tiny-h", 4, 128);

    private final String label;
    private final int levels;
    private final int officialPyramidWidth;

    Backbone(String label, int levels, int officialPyramidWidth) {
        this.label = label;
        this.levels = levels;
        this.officialPyramidWidth = officialPyramidWidth;
    }

    /** For example {@code darknet-tiny-h}. */
    public String label() {
        return label;
    }

    /** Levels of the pyramid; strides 8, 16, 32 and so on. */
    public int levels() {
        return levels;
    }

    /** Channels of the pyramid in the official configuration. */
    public int officialPyramidWidth() {
        return officialPyramidWidth;
    }
}
