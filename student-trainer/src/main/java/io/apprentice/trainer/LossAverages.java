package io.apprentice.trainer;

import io.apprentice.learning.step.StepLosses;
import java.util.Map;
import java.util.TreeMap;

/** Averages of the loss terms over the finite steps since the last reading. */
final class LossAverages {

    private final Map<String, Double> sums = new TreeMap<>();
    private long steps;

    void add(StepLosses losses) {
        add("total", losses.total());
        add("segmentation", losses.segmentation());
        add("regression", losses.regression());
        add("alignment", losses.alignment());
        add("gradient_norm", losses.gradientNorm());
        steps++;
    }

    private void add(String name, double value) {
        sums.merge(name, value, Double::sum);
    }

    /** Returns the averages by name and starts anew. */
    Map<String, Double> take() {
        Map<String, Double> averages = new TreeMap<>();
        sums.forEach((name, sum) -> averages.put(name, sum / steps));
        sums.clear();
        steps = 0;
        return averages;
    }
}
