package io.apprentice.learning.step;

import io.apprentice.pose.alignment.Alignment;
import io.apprentice.pose.alignment.Predictions;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.loss.FocalLoss;
import io.apprentice.pose.loss.ObjectSpaceLoss;
import io.apprentice.pose.loss.PositiveCells;
import io.apprentice.pose.network.TrainableWdrNet.Outputs;
import io.apprentice.pose.network.WdrNetArchitecture;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.CellGrid;
import io.apprentice.pose.prediction.KeypointVotes;
import java.util.List;

/** The losses of votes: focal loss of the cells, object-space loss of the positive ones. Of a teacher of codes only the pose counts. */
final class VoteLosses implements LocalLosses {

    private static final int KEYPOINTS = WdrNetArchitecture.KEYPOINTS;
    private static final int VOTE = WdrNetArchitecture.VOTE;

    private final CellGrid grid;
    private final List<ObjectModel> objects;
    private final TrainingSettings settings;

    VoteLosses(CellGrid grid, List<ObjectModel> objects, TrainingSettings settings) {
        this.grid = grid;
        this.objects = List.copyOf(objects);
        this.settings = settings;
    }

    @Override
    public CellGrid grid() {
        return grid;
    }

    @Override
    public Learnt add(Item crop) {
        TrainingSample sample = crop.sample();
        Outputs outputs = crop.outputs();
        ObjectModel object = objects.get(sample.classIndex());
        int classes = objects.size();
        int logitsAt = crop.item() * outputs.cells() * classes;
        double span = sample.objectToCamera()
                .map(pose ->
                        PositiveCells.span(object.keypoints(), pose, sample.frameIntrinsics(), sample.frameToCrop()))
                .orElseGet(() -> PositiveCells.span(sample.mask()));
        PositiveCells positives = PositiveCells.choose(grid, sample.mask(), span, crop.random());
        double segmentation = settings.segmentation()
                * FocalLoss.addTo(
                        outputs.logits(),
                        logitsAt,
                        classes,
                        positives.labels(),
                        sample.classIndex(),
                        settings.segmentation(),
                        crop.gradient().logits());
        double regression = 0;
        if (sample.objectToCamera().isPresent() && settings.regression() > 0) {
            ObjectSpaceLoss loss = new ObjectSpaceLoss(
                    object.keypoints(),
                    object.diameter(),
                    sample.objectToCamera().get(),
                    sample.frameIntrinsics(),
                    sample.frameToCrop());
            for (int cell : positives.cells()) {
                int at = (logitsAt + cell * classes + sample.classIndex()) * VOTE;
                regression += settings.regression()
                        * loss.addTo(
                                grid,
                                cell,
                                outputs.values(),
                                at,
                                settings.regression(),
                                crop.gradient().values());
            }
        }
        return new Learnt(
                segmentation,
                regression,
                sample.teacher()
                        .filter(KeypointVotes.class::isInstance)
                        .map(votes -> new Votes(sample, (KeypointVotes) votes, positives, logitsAt, outputs)));
    }

    @Override
    public void endStep(boolean applied) {}

    @Override
    public float[] memory() {
        return new float[0];
    }

    /** The positive cells' votes of one crop: decoded to frame pixels, and the way back for the gradient. */
    private final class Votes implements Aligned {

        private final TrainingSample sample;
        private final KeypointVotes teacher;
        private final int[] cells;
        private final int logitsAt;
        private final Affine2 cropToFrame;
        private final double[] points;
        private final double[] logits;

        Votes(TrainingSample sample, KeypointVotes teacher, PositiveCells positives, int logitsAt, Outputs outputs) {
            this.sample = sample;
            this.teacher = teacher;
            this.logitsAt = logitsAt;
            cells = positives.cells();
            cropToFrame = sample.frameToCrop().inverse();
            points = new double[cells.length * VOTE];
            logits = new double[cells.length];
            for (int i = 0; i < cells.length; i++) {
                int cell = cells[i];
                logits[i] = outputs.logits()[logitAt(i)];
                for (int j = 0; j < KEYPOINTS; j++) {
                    int at = logitAt(i) * VOTE + j;
                    double u = outputs.values()[at] * grid.anchor(cell) + grid.centreX(cell);
                    double v = outputs.values()[at + KEYPOINTS] * grid.anchor(cell) + grid.centreY(cell);
                    points[2 * (i * KEYPOINTS + j)] = cropToFrame.u(u, v);
                    points[2 * (i * KEYPOINTS + j) + 1] = cropToFrame.v(u, v);
                }
            }
        }

        private int logitAt(int i) {
            return logitsAt + cells[i] * objects.size() + sample.classIndex();
        }

        @Override
        public Predictions predictions() {
            return Predictions.of(
                    points,
                    logits,
                    teacher,
                    sample.frameIntrinsics().width(),
                    sample.frameIntrinsics().height());
        }

        @Override
        public void addGradient(Alignment.Result result, double weight, Outputs gradient) {
            for (int i = 0; i < cells.length; i++) {
                gradient.logits()[logitAt(i)] += (float) (weight * result.byLogits()[i]);
                double scale = weight * grid.anchor(cells[i]);
                for (int j = 0; j < KEYPOINTS; j++) {
                    double byX = scale * result.byPoints()[2 * (i * KEYPOINTS + j)];
                    double byY = scale * result.byPoints()[2 * (i * KEYPOINTS + j) + 1];
                    int at = logitAt(i) * VOTE + j;
                    gradient.values()[at] += (float) (byX * cropToFrame.a() + byY * cropToFrame.d());
                    gradient.values()[at + KEYPOINTS] += (float) (byX * cropToFrame.b() + byY * cropToFrame.e());
                }
            }
        }
    }
}
