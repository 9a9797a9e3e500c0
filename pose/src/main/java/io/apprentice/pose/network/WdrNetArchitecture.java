package io.apprentice.pose.network;

import io.apprentice.pose.code.SurfaceCodebook;
import io.apprentice.pose.prediction.LocalHead;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Shape of a network whose cells make local predictions of an object: WDRNet+, whose cells vote for its eight keypoints, or a dense
 * one, whose cells give the code of the surface point that they show.
 *
 * @param backbone feature extractor
 * @param classes foreground object classes, at least 1
 * @param pyramidWidth channels of the feature pyramid and of the head, or of the decoder; a multiple of 32 (group norm has 32
 *     groups)
 * @param codeBits bits of a surface code ({@link io.apprentice.pose.code.SurfaceCodebook}); 0: votes
 * @param patches classes of the auxiliary surface-patch output, which only training uses; 0 for none, as with codes
 * @param features channels of the auxiliary feature output, which only training uses: a 1x1 convolution of every
 *     pyramid level, to be compared with another network's pyramid; 0 for none
 * @see "maths/wdrnet-maths.md section 1"
 */
public record WdrNetArchitecture(
        Backbone backbone, int classes, int pyramidWidth, int codeBits, int patches, int features) {

    private static final String VOTES = "wdrnet-";
    private static final String DENSE = "dense-";

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
        if (codeBits != 0 && (codeBits < SurfaceCodebook.FEWEST_BITS || codeBits > SurfaceCodebook.MOST_BITS)) {
            throw new IllegalArgumentException("code bits: expected %d to %d, or 0 for votes, got %d"
                    .formatted(SurfaceCodebook.FEWEST_BITS, SurfaceCodebook.MOST_BITS, codeBits));
        }
        int mostPatches = codeBits == 0 ? 4096 : 0;
        if (patches < 0 || patches > mostPatches) {
            throw new IllegalArgumentException("patches: expected 0 to %d, got %d".formatted(mostPatches, patches));
        }
        if (features < 0 || features > 1024) {
            throw new IllegalArgumentException("features: expected 0 to 1024, got " + features);
        }
    }

    /** One that votes, without auxiliary outputs. */
    public WdrNetArchitecture(Backbone backbone, int classes, int pyramidWidth) {
        this(backbone, classes, pyramidWidth, 0, 0);
    }

    /** One that votes. */
    public WdrNetArchitecture(Backbone backbone, int classes, int pyramidWidth, int patches, int features) {
        this(backbone, classes, pyramidWidth, 0, patches, features);
    }

    /** One that votes, without auxiliary outputs, or a dense one, as its name says. */
    public static WdrNetArchitecture named(String name, int classes, int pyramidWidth, int codeBits) {
        boolean dense = name.startsWith(DENSE);
        return new WdrNetArchitecture(backbone(name), classes, pyramidWidth, dense ? codeBits : 0, 0, 0);
    }

    /**
     * The backbone in the name of an architecture.
     *
     * @throws IllegalArgumentException if there is no such architecture
     */
    public static Backbone backbone(String name) {
        for (Backbone backbone : Backbone.values()) {
            if (name.equals(VOTES + backbone.label()) || name.equals(DENSE + backbone.label())) {
                return backbone;
            }
        }
        throw new IllegalArgumentException("architecture: expected one of %s, got '%s'"
                .formatted(
                        Stream.of(VOTES, DENSE)
                                .flatMap(kind -> Stream.of(Backbone.values()).map(backbone -> kind + backbone.label()))
                                .collect(Collectors.joining(", ")),
                        name));
    }

    /** For example {@code wdrnet-darknet-tiny-h} or {@code dense-darknet-tiny-h}. */
    public String name() {
        return (codeBits == 0 ? VOTES : DENSE) + backbone.label();
    }

    /** What each cell says. */
    public LocalHead head() {
        return codeBits == 0 ? LocalHead.votes(backbone.levels()) : LocalHead.codes(codeBits);
    }

    /** The same architecture with other auxiliary outputs. */
    public WdrNetArchitecture withAuxiliary(int patchClasses, int featureChannels) {
        return new WdrNetArchitecture(backbone, classes, pyramidWidth, codeBits, patchClasses, featureChannels);
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
        int coarsest = backbone == Backbone.DARKNET53 ? 32 : 16;
        return codeBits == 0 ? coarsest : coarsest << WdrNetGraph.CONTEXT_LEVELS;
    }
}
