package io.apprentice.learning.step;

import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.WdrNet;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.CellGrid;
import io.apprentice.pose.prediction.LocalHead;
import io.apprentice.pose.prediction.LocalPredictions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Adds a teacher's local predictions and features to crops, a batch at a time, without gradients. Thread-safe. */
public final class TeacherOfCrops implements AutoCloseable {

    private final WdrNet network;
    private final List<Integer> classes = new ArrayList<>();
    private final boolean features;
    private final int size;
    private final LocalHead head;
    private final CellGrid grid;

    /**
     * Compiles the teacher.
     *
     * @param objects the objects in the order of the student's classes
     * @throws IllegalArgumentException if the teacher does not know one of them, or was trained on crops of another size
     */
    public TeacherOfCrops(Distillation distillation, List<ObjectModel> objects, int size, Precision precision) {
        NetworkWeights teacher = distillation.teacher();
        for (ObjectModel object : objects) {
            int index = teacher.objects().indexOf(object.id());
            if (index < 0) {
                throw new IllegalArgumentException("teacher: expected one that knows '%s', this one knows %s"
                        .formatted(object.id(), teacher.objects()));
            }
            classes.add(index);
        }
        if (teacher.cropSize() != size) {
            throw new IllegalArgumentException(
                    "teacher: expected one for crops of %d pixels, this one was trained on %d"
                            .formatted(size, teacher.cropSize()));
        }
        this.size = size;
        features = distillation.features() > 0;
        head = teacher.architecture().head();
        grid = head.grid(size, size);
        network = new WdrNet(teacher, precision, features);
    }

    public synchronized List<TrainingSample> label(List<TrainingSample> batch) {
        int bytes = 3 * size * size;
        byte[] rgb = new byte[batch.size() * bytes];
        for (int i = 0; i < batch.size(); i++) {
            System.arraycopy(batch.get(i).rgb(), 0, rgb, i * bytes, bytes);
        }
        WdrNet.Output output = network.run(rgb, batch.size(), size, size);
        List<TrainingSample> labelled = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            labelled.add(label(batch.get(i), output, i));
        }
        return labelled;
    }

    private TrainingSample label(TrainingSample sample, WdrNet.Output output, int item) {
        int known = network.weights().architecture().classes();
        int logitsAt = item * output.cells() * known;
        LocalPredictions predictions =
                head.select(grid, output.logits(), logitsAt, output.values(), known, classes.get(sample.classIndex()));
        int each = features ? output.cells() * network.weights().architecture().pyramidWidth() : 0;
        return new TrainingSample(
                sample.rgb(),
                sample.classIndex(),
                sample.frameToCrop(),
                sample.frameIntrinsics(),
                sample.objectToCamera(),
                sample.mask(),
                Optional.of(predictions.mapped(sample.frameToCrop().inverse())),
                Arrays.copyOfRange(output.features(), item * each, (item + 1) * each),
                sample.surface());
    }

    @Override
    public synchronized void close() {
        network.close();
    }
}
