package io.apprentice.lab.fit;

import io.apprentice.learning.step.AlignmentMode;
import io.apprentice.learning.step.AlignmentSetting;
import io.apprentice.learning.step.AlignmentSettings;
import io.apprentice.learning.step.Distillation;
import io.apprentice.pose.network.NetworkWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a student that is fitted offline takes from its teacher. */
public enum DistillationKind {
    NONE,
    PAIRWISE,
    FEATURE,
    DISTRIBUTION;

    /** Default weight of {@link #FEATURE} per image. */
    public static final double FEATURE_WEIGHT = 0.1;

    /**
     * Distillation of several kinds together.
     *
     * @param alignment constants of {@link #DISTRIBUTION} and {@link #PAIRWISE}
     * @param weight of {@link #DISTRIBUTION} and {@link #PAIRWISE} per image; empty: the default of each
     * @param featureWeight of {@link #FEATURE} per image
     */
    public static Distillation from(
            NetworkWeights teacher,
            Set<DistillationKind> wanted,
            AlignmentSetting alignment,
            Optional<Double> weight,
            double featureWeight) {
        double scaleAware = AlignmentSettings.DEFAULT.lambda();
        List<AlignmentSettings> alignments = new ArrayList<>();
        if (wanted.contains(DISTRIBUTION)) {
            double own = alignment == AlignmentSetting.SCALE_AWARE ? scaleAware : AlignmentSettings.OFFICIAL_LAMBDA;
            alignments.add(new AlignmentSettings(AlignmentMode.DISTRIBUTION, weight.orElse(own), alignment, 1));
        }
        if (wanted.contains(PAIRWISE)) {
            alignments.add(new AlignmentSettings(AlignmentMode.PAIRWISE, weight.orElse(scaleAware), alignment, 1));
        }
        return new Distillation(teacher, alignments, wanted.contains(FEATURE) ? featureWeight : 0);
    }
}
