package io.apprentice.learning.guard;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How near a candidate comes to the teacher on all that is held out.
 *
 * @param recent its distances from the teacher on the recent objects
 * @param confirmed likewise on the confirmed ones
 * @param usual mean distance of the version in use on the recent objects
 * @param best mean distance to keep up with on the confirmed objects
 * @param spreads how far the version in use is from the teacher, in multiples of the spread among its own cells
 * @param disputed whether the version in use knows better than the teacher
 * @param margin by how much a mean may be worse
 */
record Measurement(
        List<Double> recent,
        List<Double> confirmed,
        double usual,
        double best,
        double spreads,
        boolean disputed,
        double margin) {

    double recentMean() {
        return mean(recent);
    }

    double confirmedMean() {
        return mean(confirmed);
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(v -> v).average().orElse(0);
    }

    private boolean remembers() {
        return confirmed.isEmpty() || confirmedMean() <= best + margin;
    }

    boolean passes() {
        return remembers() && !disputed && (recent.isEmpty() || recentMean() <= usual + margin);
    }

    Review review() {
        Map<String, Double> figures = new TreeMap<>();
        figures.put("recent_objects", (double) recent.size());
        figures.put("confirmed_objects", (double) confirmed.size());
        if (!recent.isEmpty()) {
            figures.put("recent_candidate", recentMean());
            figures.put("recent_in_use", usual);
            figures.put("recent_in_use_spreads", spreads);
        }
        if (!confirmed.isEmpty()) {
            figures.put("confirmed_candidate", confirmedMean());
            figures.put("confirmed_best", best);
        }
        String why = "";
        if (!remembers()) {
            why = "forgets what was confirmed: ";
        } else if (disputed) {
            why = "follows a teacher that the version in use disputes, off by %.0f of its spreads: ".formatted(spreads);
        } else if (!passes()) {
            why = "farther from the teacher than the version in use: ";
        }
        return new Review(
                passes() ? Review.Verdict.PROMOTED : Review.Verdict.WITHHELD,
                figures,
                why
                        + "%d recent objects %.3f from the teacher, the version in use %.3f; %d confirmed objects %.3f, at best %.3f"
                                .formatted(
                                        recent.size(), recentMean(), usual, confirmed.size(), confirmedMean(), best));
    }
}
