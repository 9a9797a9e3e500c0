package io.apprentice.pose.network;

import java.util.List;

/**
 * Shape of a network that lets every cell of an image vote for the eight keypoints of an object.
 *
 * @param backbone feature extractor
 * @param classes foreground object classes, at least 1
 * @param pyramidWidth channels of the feature pyramid and of the head; a multiple of 32 (group norm has 32 groups)
 * @param patches classes of the auxiliary surface-patch output, which only training uses; 0 for none
 * @param features channels of the auxiliary feature output, which only training uses: a 1x1 convolution of every
 *     pyramid level, to be compared with another network's pyramid; 0 for none
 * @see "maths/wdrnet-maths.md section 1"
 */
public record WdrNetArchitecture(Backbone backbone, int classes, int pyramidWidth, int patches, int features) {

    /** Keypoints that a cell votes for. */
    public static final int KEYPOINTS = 8;
    /** Numbers of one vote: x of all keypoints, then y. */
    public static final int VOTE = 2 * KEYPOINTS;
    /** Pyramid levels that carry the auxiliary surface-patch output, from the finest. */
    public static final int PATCH_LEVELS = 2;

    /**
     * Checks.
     *
     * @throws IllegalArgumentException naming the component that is out of range
     */
    public WdrNetArchitecture {
        if (classes < 1 || classes > 1000) {
            throw new IllegalArgumentException("classes: expected 1 to 1000, got " + classes);
        }
        if (pyramidWidth < 32 || pyramidWidth > 1024 || pyramidWidth % 32 != 0) {
            throw new IllegalArgumentException(
                    "pyramid width: expected a multiple of 32 from 32 to 1024, got " + pyramidWidth);
        }
        if (patches < 0 || patches > 4096) {
            throw new IllegalArgumentException("patches: expected 0 to 4096, got " + patches);
        }
        if (features < 0 || features > 1024) {
            throw new IllegalArgumentException("features: expected 0 to 1024, got " + features);
        }
    }

    /** An architecture without auxiliary outputs. */
    public WdrNetArchitecture(Backbone backbone, int classes, int pyramidWidth) {
        this(backbone, classes, pyramidWidth, 0, 0);
    }

    /** For example {@code wdrnet-darknet-tiny-h}. */
    public String name() {
        return backbone.architectureName();
    }

    /** Levels of the pyramid. */
    public int levels() {
        return backbone.levels();
    }

    /** The same architecture with other auxiliary outputs. */
    public WdrNetArchitecture withAuxiliary(int patchClasses, int featureChannels) {
        return new WdrNetArchitecture(backbone, classes, pyramidWidth, patchClasses, featureChannels);
    }

    /** The trained tensors in their order in the flat vector. */
    public List<TensorSpec> parameters() {
        return WdrNetGraph.describe(this, GraphMode.TRAINING).parameters();
    }

    /** The running statistics of batch normalisation in their order in the flat vector. */
    public List<TensorSpec> buffers() {
        return WdrNetGraph.describe(this, GraphMode.TRAINING).buffers();
    }

    /** The smallest step of a crop's side: width and height must be multiples of it. */
    public int cropStep() {
        return backbone == Backbone.DARKNET53 ? 32 : 16;
    }
}
