package io.apprentice.lab.evaluation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apprentice.recordings.bop.BopScores;
import io.apprentice.recordings.bop.BopScores.Recall;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The report of {@code evaluate --bop}.
 *
 * @param what whose estimates
 * @param targets which targets: "listed" or "visible"
 */
public record BopReport(String what, String targets, BopScores scores) {

    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add("%s, %s targets".formatted(what, targets));
        lines.add("object  targets  estimated  correct  recall     AUC  mean mm  median mm");
        scores.perObject().forEach((object, recall) -> lines.add(row(object.toString(), recall)));
        lines.add(row("all", scores.overall()));
        lines.add(String.format(Locale.ROOT, "%-33s  %6.4f", "mean of objects", scores.meanOfObjects()));
        lines.add(
                "correct: ADD (symmetric objects: ADD-S) below 0.1 diameter; AUC: exact area up to 0.1 m; mean and median of");
        lines.add("that error over the estimated");
        return String.join("\n", lines);
    }

    private static String row(String object, Recall r) {
        return String.format(
                Locale.ROOT,
                "%6s  %7d  %9d  %7d  %6.4f  %6.4f  %7.1f  %9.1f",
                object,
                r.targets(),
                r.withEstimate(),
                r.correct(),
                r.recall(),
                r.area(),
                1000 * r.meanError(),
                1000 * r.medianError());
    }

    /** The same as JSON, unrounded; an error is null where nothing was estimated. */
    public String json() {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("estimates", what).put("targets", targets);
        ObjectNode objects = json.putObject("per_object");
        scores.perObject().forEach((object, recall) -> put(objects.putObject(object.toString()), recall));
        ObjectNode overall = json.putObject("overall");
        put(overall, scores.overall());
        overall.put("mean_of_objects", scores.meanOfObjects());
        return json.toPrettyString();
    }

    private static void put(ObjectNode node, Recall r) {
        node.put("targets", r.targets())
                .put("with_estimate", r.withEstimate())
                .put("correct", r.correct())
                .put("recall", r.recall())
                .put("auc", r.area())
                .put("mean_error_mm", r.withEstimate() == 0 ? null : 1000 * r.meanError())
                .put("median_error_mm", r.withEstimate() == 0 ? null : 1000 * r.medianError());
    }
}
