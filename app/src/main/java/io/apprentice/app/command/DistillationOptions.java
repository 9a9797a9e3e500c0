package io.apprentice.app.command;

import io.apprentice.lab.ObjectNetworks;
import io.apprentice.lab.UserError;
import io.apprentice.lab.fit.DistillationKind;
import io.apprentice.learning.fit.Recipe;
import io.apprentice.learning.step.AlignmentSetting;
import io.apprentice.learning.step.Distillation;
import io.apprentice.pose.object.ObjectModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** What {@code fit} takes from a teacher beside the truth. */
final class DistillationOptions {
    @Option(
            names = "--teacher",
            paramLabel = "FILE",
            description = "Weights of a network that knows the objects, to learn from beside the truth.")
    private Path teacher;

    @Option(
            names = "--distill",
            split = ",",
            paramLabel = "WHAT",
            description = {
                "What to take from the teacher: ${COMPLETION-CANDIDATES}, or several with commas.",
                "Default: distribution with a teacher, else none."
            })
    private Set<DistillationKind> distill;

    @Option(
            names = "--alignment",
            paramLabel = "SETTING",
            description = {
                "Constants of distribution: ${COMPLETION-CANDIDATES}.",
                "Default: scale_aware, or official with --recipe official."
            })
    private AlignmentSetting alignment;

    @Option(
            names = "--alignment-weight",
            paramLabel = "X",
            description = "Weight of distribution and pairwise per image. Default: 2; official, converged: 0.3125.")
    private Double alignmentWeight;

    @Option(names = "--feature-weight", paramLabel = "X", description = "Weight of feature per image. Default: 0.1.")
    private double featureWeight = DistillationKind.FEATURE_WEIGHT;

    /**
     * What to take from the teacher; empty: nothing.
     *
     * @param recipe gives the default of {@code --alignment}
     * @throws UserError if the options do not fit together
     */
    Optional<Distillation> distillation(List<ObjectModel> models, Recipe recipe) throws IOException {
        Set<DistillationKind> wanted = distill != null
                ? distill
                : Set.of(teacher == null ? DistillationKind.NONE : DistillationKind.DISTRIBUTION);
        if (wanted.contains(DistillationKind.NONE)) {
            if (wanted.size() > 1) {
                throw new UserError("--distill expected none on its own, got " + wanted);
            }
            return Optional.empty();
        }
        if (teacher == null) {
            throw new UserError("--distill %s expected --teacher FILE, got none".formatted(wanted));
        }
        return Optional.of(DistillationKind.from(
                ObjectNetworks.read(teacher, models),
                wanted,
                alignment == null ? recipe.alignment() : alignment,
                Optional.ofNullable(alignmentWeight),
                featureWeight));
    }

    /** For the model card. */
    String lesson(Optional<Distillation> distillation) {
        return distillation
                .map(d -> "the truth, and the teacher %s (sha256 `%s`): %s"
                        .formatted(
                                teacher.getFileName(),
                                d.teacher().sha256(),
                                distill == null ? DistillationKind.DISTRIBUTION : distill))
                .orElse("the truth");
    }
}
