package io.apprentice.pose.prediction;

import java.util.Arrays;

/** Selects the cells that vote for an object: the official post-processing. */
public final class CellSelection {

    /** A cell is ignored unless its probability is above this. */
    public static final double THRESHOLD = 0.1;

    private static final double LOGIT_BELOW_THRESHOLD = -2.2; // sigmoid(-2.2) = 0.0998
    private static final int OFFICIAL_LEVELS = 5;
    private static final int KEYPOINTS = 8;

    private CellSelection() {}

    /**
     * Selects the cells of one object in one crop.
     *
     * @param logits network output, {@code [cells][classes]} from {@code logitsAt}
     * @param votes network output, {@code [cells][classes * 16]} from {@code votesAt}, per class x of the keypoints, then y
     * @return votes in crop pixels, fine to coarse and by falling score within a level; none if no cell sees the object
     * @see "maths/wdrnet-maths.md section 5"
     */
    public static KeypointVotes select(
            CellGrid grid, float[] logits, int logitsAt, float[] votes, int votesAt, int classes, int classIndex) {
        double[] scores = new double[grid.cells()];
        double size = 0;
        double best = 0;
        for (int level = 0; level < grid.levels(); level++) {
            int levelBest = -1;
            for (int cell = grid.levelStart(level); cell < grid.levelStart(level + 1); cell++) {
                scores[cell] = score(logits[logitsAt + cell * classes + classIndex]);
                if (scores[cell] > (levelBest < 0 ? 0 : scores[levelBest])) {
                    levelBest = cell;
                }
            }
            if (levelBest >= 0 && scores[levelBest] > best) {
                best = scores[levelBest];
                int at = vote(votesAt, levelBest, classes, classIndex);
                size = Math.max(size, span(votes, at, grid.anchorOfLevel(level)));
            }
        }
        if (!(size > 0 && Double.isFinite(size))) {
            return new KeypointVotes(KEYPOINTS, new float[0], new float[0]);
        }
        int[] shares = LevelShares.of(grid, size, OFFICIAL_LEVELS);
        int[] chosen = new int[grid.cells()];
        int count = 0;
        for (int level = 0; level < grid.levels(); level++) {
            count = highest(scores, grid.levelStart(level), grid.levelStart(level + 1), shares[level], chosen, count);
        }
        return decode(grid, Arrays.copyOf(chosen, count), scores, votes, votesAt, classes, classIndex);
    }

    /** The probability if it is above the threshold, else 0; most cells need no exponential for that. */
    private static double score(float logit) {
        if (!(logit > LOGIT_BELOW_THRESHOLD)) {
            return 0;
        }
        double probability = 1 / (1 + Math.exp(-logit));
        return probability > THRESHOLD ? probability : 0;
    }

    /** Appends up to {@code share} cells with a score, highest first, then the earlier; returns the new count. */
    private static int highest(double[] scores, int from, int to, int share, int[] chosen, int count) {
        int end = count;
        for (int cell = from; cell < to; cell++) {
            if (scores[cell] == 0) {
                continue;
            }
            int place = end;
            while (place > count && scores[chosen[place - 1]] < scores[cell]) {
                place--;
            }
            if (place < count + share) {
                end = Math.min(end + 1, count + share);
                System.arraycopy(chosen, place, chosen, place + 1, end - place - 1);
                chosen[place] = cell;
            }
        }
        return end;
    }

    private static KeypointVotes decode(
            CellGrid grid, int[] cells, double[] score, float[] votes, int votesAt, int classes, int classIndex) {
        float[] scores = new float[cells.length];
        float[] points = new float[cells.length * KEYPOINTS * 2];
        for (int i = 0; i < scores.length; i++) {
            int cell = cells[i];
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
