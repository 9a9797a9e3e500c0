package io.apprentice.learning.step;

import io.apprentice.pose.alignment.Alignment;
import io.apprentice.pose.alignment.Predictions;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.loss.BitErrors;
import io.apprentice.pose.loss.CodeLoss;
import io.apprentice.pose.loss.MaskLoss;
import io.apprentice.pose.loss.PositiveCells;
import io.apprentice.pose.network.TrainableWdrNet.Outputs;
import io.apprentice.pose.prediction.CellGrid;
import io.apprentice.pose.prediction.SurfaceCodes;
import java.util.Arrays;

/**
 * The losses of a dense network: its mask, and the bits of the codes where the object is seen. The factors are such that the usual
 * weights of settings, 0.1 and 1, give the published ratio of mask to codes, 1 to 3. Of a teacher of votes only the pose counts.
 */
final class CodeLosses implements LocalLosses {

    private static final double MASK = 10;
    private static final double CODES = 3;
    /** Cells of a crop that are aligned; more say little more, and the time grows with their square. */
    private static final int MOST_ALIGNED = 256;

    private final CellGrid grid;
    private final int classes;
    private final int bits;
    private final TrainingSettings settings;
    private final BitErrors errors;

    CodeLosses(CellGrid grid, int classes, int bits, TrainingSettings settings) {
        this.grid = grid;
        this.classes = classes;
        this.bits = bits;
        this.settings = settings;
        errors = new BitErrors(bits);
    }

    @Override
    public CellGrid grid() {
        return grid;
    }

    @Override
    public Learnt add(Item crop) {
        TrainingSample sample = crop.sample();
        Outputs outputs = crop.outputs();
        int logitsAt = crop.item() * outputs.cells() * classes;
        byte[] labels = labels(sample.mask());
        double segmentation = settings.segmentation()
                * MASK
                * MaskLoss.addTo(
                        outputs.logits(),
                        logitsAt,
                        classes,
                        labels,
                        sample.classIndex(),
                        settings.segmentation() * MASK,
                        crop.gradient().logits());
        double regression = 0;
        if (sample.surface().length > 0 && settings.regression() > 0) {
            regression = settings.regression()
                    * CODES
                    * CodeLoss.addTo(
                            outputs.values(),
                            (logitsAt + sample.classIndex()) * bits,
                            classes * bits,
                            sample.surface(),
                            errors.weights(),
                            errors,
                            settings.regression() * CODES,
                            crop.gradient().values());
        }
        return new Learnt(
                segmentation,
                regression,
                sample.teacher()
                        .filter(SurfaceCodes.class::isInstance)
                        .map(codes -> new Codes(sample, (SurfaceCodes) codes, labels, logitsAt, outputs)));
    }

    private byte[] labels(byte[] mask) {
        byte[] labels = new byte[grid.cells()];
        for (int cell = 0; cell < labels.length; cell++) {
            byte seen = mask[grid.pixel(cell)];
            labels[cell] = seen == PositiveCells.OTHER ? PositiveCells.IGNORED : seen;
        }
        return labels;
    }

    @Override
    public void endStep(boolean applied) {
        errors.endBatch(applied);
    }

    @Override
    public float[] memory() {
        return errors.shares();
    }

    /** The codes of some of a crop's cells that show the object. */
    private final class Codes implements Aligned {

        private final TrainingSample sample;
        private final SurfaceCodes teacher;
        private final int[] cells;
        private final int logitsAt;
        private final double[] probabilities;
        private final double[] logits;

        Codes(TrainingSample sample, SurfaceCodes teacher, byte[] labels, int logitsAt, Outputs outputs) {
            this.sample = sample;
            this.teacher = some(teacher);
            this.logitsAt = logitsAt;
            cells = spread(positives(labels));
            probabilities = new double[cells.length * bits];
            logits = new double[cells.length];
            for (int i = 0; i < cells.length; i++) {
                logits[i] = outputs.logits()[logitAt(i)];
                for (int bit = 0; bit < bits; bit++) {
                    probabilities[i * bits + bit] = 1 / (1 + Math.exp(-outputs.values()[logitAt(i) * bits + bit]));
                }
            }
        }

        private static int[] positives(byte[] labels) {
            int[] cells = new int[labels.length];
            int count = 0;
            for (int cell = 0; cell < labels.length; cell++) {
                if (labels[cell] == PositiveCells.POSITIVE) {
                    cells[count++] = cell;
                }
            }
            return Arrays.copyOf(cells, count);
        }

        /** As many of the indices as are aligned, evenly spread. */
        private static int[] spread(int[] indices) {
            int n = Math.min(indices.length, MOST_ALIGNED);
            int[] some = new int[n];
            for (int i = 0; i < n; i++) {
                some[i] = indices[(int) ((long) i * indices.length / n)];
            }
            return some;
        }

        private SurfaceCodes some(SurfaceCodes codes) {
            int[] all = new int[codes.size()];
            Arrays.setAll(all, i -> i);
            int[] kept = spread(all);
            float[] scores = new float[kept.length];
            float[] points = new float[2 * kept.length];
            float[] values = new float[bits * kept.length];
            for (int i = 0; i < kept.length; i++) {
                scores[i] = codes.scores()[kept[i]];
                System.arraycopy(codes.points(), 2 * kept[i], points, 2 * i, 2);
                System.arraycopy(codes.codes(), bits * kept[i], values, bits * i, bits);
            }
            return new SurfaceCodes(bits, scores, points, values);
        }

        private int logitAt(int i) {
            return logitsAt + cells[i] * classes + sample.classIndex();
        }

        @Override
        public Predictions predictions() {
            return Predictions.ofCodes(probabilities, logits, teacher, partners());
        }

        /** For each cell the teacher's that is nearest in the crop, if it is not farther away than the next cell. */
        private int[] partners() {
            Affine2 frameToCrop = sample.frameToCrop();
            int[] partners = new int[cells.length];
            for (int i = 0; i < cells.length; i++) {
                partners[i] = -1;
                double nearest = grid.stride(0);
                for (int j = 0; j < teacher.size(); j++) {
                    double x = teacher.points()[2 * j];
                    double y = teacher.points()[2 * j + 1];
                    double distance = Math.hypot(
                            frameToCrop.u(x, y) - grid.centreX(cells[i]), frameToCrop.v(x, y) - grid.centreY(cells[i]));
                    if (distance < nearest) {
                        nearest = distance;
                        partners[i] = j;
                    }
                }
            }
            return partners;
        }

        @Override
        public void addGradient(Alignment.Result result, double weight, Outputs gradient) {
            for (int i = 0; i < cells.length; i++) {
                gradient.logits()[logitAt(i)] += (float) (weight * result.byLogits()[i]);
                for (int bit = 0; bit < bits; bit++) {
                    int from = i * bits + bit;
                    double p = probabilities[from];
                    gradient.values()[logitAt(i) * bits + bit] +=
                            (float) (weight * result.byPoints()[from] * p * (1 - p));
                }
            }
        }
    }
}
