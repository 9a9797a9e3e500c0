package io.apprentice.teacher;

import io.apprentice.schemas.LocalPredictions;
import io.apprentice.streaming.kafka.Received;
import java.util.ArrayList;
import java.util.List;

/** The result of a batch: labels and rejections. Records that appear in neither needed nothing. */
final class Labels {

    /** A frame's label. */
    record Label(Received frame, LocalPredictions predictions) {}

    /** A record that could not be read or processed. */
    record Rejection(Received record, String stage, Exception reason) {}

    private final List<Received> batch;
    private final List<Label> labelled = new ArrayList<>();
    private final List<Rejection> rejected = new ArrayList<>();

    Labels(List<Received> batch) {
        this.batch = List.copyOf(batch);
    }

    void add(Received frame, LocalPredictions predictions) {
        labelled.add(new Label(frame, predictions));
    }

    void reject(Received record, String stage, Exception reason) {
        rejected.add(new Rejection(record, stage, reason));
    }

    /** Every record of the batch, in order. */
    List<Received> batch() {
        return batch;
    }

    List<Label> labelled() {
        return labelled;
    }

    List<Rejection> rejected() {
        return rejected;
    }
}
