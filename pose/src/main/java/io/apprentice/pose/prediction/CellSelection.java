package io.apprentice.pose.prediction;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Which cells speak for an object: the official post-processing. */
public final class CellSelection {

    /** A cell whose probability is not above this says nothing. */
    public static final double THRESHOLD = 0.1;

    private static final int OFFICIAL_LEVELS = 5;
    private static final int KEYPOINTS = 8;

    private CellSelection() {}

    /**
     * Selects the cells of one object in one crop.
     *
     * @param logits network output, {@code [cells][classes]} from {@code logitsAt}
     * @param votes network output, {@code [cells][classes * 16]} from {@code votesAt}, per class x of the keypoints, then y
     * @return votes in crop pixels, fine to coarse and by falling score within a level; none where no cell sees the object
     * @see "maths/wdrnet-maths.md section 5"
     */
    public static KeypointVotes select(
            CellGrid grid, float[] logits, int logitsAt, float[] votes, int votesAt, int classes, int classIndex) {
        List<List<Integer>> candidates = new ArrayList<>();
        double[] score = new double[grid.cells()];
        double size = 0;
        double best = 0;
        for (int l = 0; l < grid.levels(); l++) {
            List<Integer> level = new ArrayList<>();
            int levelBest = -1;
            for (int cell = grid.levelStart(l); cell < grid.levelStart(l + 1); cell++) {
                double p = 1 / (1 + Math.exp(-logits[logitsAt + cell * classes + classIndex]));
                if (p > THRESHOLD) {
                    score[cell] = p;
                    level.add(cell);
                    if (levelBest < 0 || p > score[levelBest]) {
                        levelBest = cell;
                    }
                }
            }
            if (levelBest >= 0 && score[levelBest] > best) {
                best = score[levelBest];
                size = Math.max(
                        size, span(votes, vote(votesAt, levelBest, classes, classIndex), grid.anchorOfLevel(l)));
            }
            candidates.add(level);
        }
        if (!(size > 0 && Double.isFinite(size))) {
            return new KeypointVotes(KEYPOINTS, new float[0], new float[0]);
        }
        int[] shares = LevelShares.of(grid, size, OFFICIAL_LEVELS);
        List<Integer> chosen = new ArrayList<>();
        for (int l = 0; l < grid.levels(); l++) {
            candidates.get(l).stream()
                    .sorted(Comparator.<Integer>comparingDouble(cell -> score[cell])
                            .reversed())
                    .limit(shares[l])
                    .forEach(chosen::add);
        }
        return decode(grid, chosen, score, votes, votesAt, classes, classIndex);
    }

    private static KeypointVotes decode(
            CellGrid grid,
            List<Integer> cells,
            double[] score,
            float[] votes,
            int votesAt,
            int classes,
            int classIndex) {
        float[] scores = new float[cells.size()];
        float[] points = new float[cells.size() * KEYPOINTS * 2];
        for (int i = 0; i < scores.length; i++) {
            int cell = cells.get(i);
            int at = vote(votesAt, cell, classes, classIndex);
            double anchor = grid.anchor(cell);
            scores[i] = (float) score[cell];
            for (int k = 0; k < KEYPOINTS; k++) {
                points[2 * (i * KEYPOINTS + k)] = (float) (votes[at + k] * anchor + grid.centreX(cell));
                points[2 * (i * KEYPOINTS + k) + 1] = (float) (votes[at + KEYPOINTS + k] * anchor + grid.centreY(cell));
            }
        }
        return new KeypointVotes(KEYPOINTS, scores, points);
    }

    private static int vote(int votesAt, int cell, int classes, int classIndex) {
        return votesAt + (cell * classes + classIndex) * 2 * KEYPOINTS;
    }

    /** The longer side of the box around a cell's eight votes, crop pixels. */
    private static double span(float[] votes, int at, double anchor) {
        double longer = 0;
        for (int axis = 0; axis < 2; axis++) {
            double low = Double.POSITIVE_INFINITY;
            double high = Double.NEGATIVE_INFINITY;
            for (int k = 0; k < KEYPOINTS; k++) {
                low = Math.min(low, votes[at + axis * KEYPOINTS + k]);
                high = Math.max(high, votes[at + axis * KEYPOINTS + k]);
            }
            longer = Math.max(longer, (high - low) * anchor);
        }
        return longer;
    }
}
