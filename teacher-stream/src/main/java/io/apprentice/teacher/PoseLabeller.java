package io.apprentice.teacher;

import io.apprentice.pose.estimate.Workers;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.teacher.PoseLabels;
import io.apprentice.pose.teacher.PoseTeacher;
import io.apprentice.pose.teacher.TeacherView;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.ObjectPredictions;
import io.apprentice.schemas.TeacherRef;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.wire.DecodedFrame;
import io.apprentice.wire.LabelMapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Labels frames by the poses of a {@link PoseTeacher}, one frame after the other, on one thread. */
final class PoseLabeller implements FrameLabeller {

    private static final Duration FINISH = Duration.ofSeconds(3);

    private final PoseTeacher teacher;
    private final TeacherRef ref;
    private final List<ObjectModel> objects;
    private final DueFrames due;
    private final TeacherMetrics metrics;
    private final Optional<Confirmations> confirmations;
    private final Scheduler thread = Schedulers.newSingle("teacher-device", true);

    /** Takes ownership of the teacher. */
    PoseLabeller(
            PoseTeacher teacher,
            List<ObjectModel> objects,
            DueFrames due,
            TeacherMetrics metrics,
            TeacherSettings settings) {
        this.teacher = teacher;
        this.objects = objects;
        this.due = due;
        this.metrics = metrics;
        ref = new TeacherRef(teacher.id(), teacher.version(), "");
        confirmations =
                settings.refine() ? Optional.of(new Confirmations(objects, Workers.none(), metrics)) : Optional.empty();
    }

    @Override
    public Flux<Labels> label(Flux<List<Received>> batches) {
        return batches.concatMap(batch -> Mono.fromCallable(() -> labels(batch)).subscribeOn(thread), 1);
    }

    private Labels labels(List<Received> batch) {
        Labels labels = new Labels(batch);
        for (Received record : batch) {
            DueFrames.Reading reading = due.read(record);
            reading.failure().ifPresent(failure -> reject(record, DueFrames.DECODE, failure, labels));
            reading.frame().ifPresent(frame -> label(record, frame, labels));
        }
        return labels;
    }

    private void label(Received record, DecodedFrame frame, Labels labels) {
        List<ObjectPredictions> predictions;
        try {
            predictions = predictions(frame);
        } catch (RuntimeException e) {
            reject(record, DueFrames.ESTIMATE, e, labels);
            return;
        }
        labels.add(
                record,
                new LocalPredictions(
                        frame.source().getCameraId(),
                        frame.source().getSequence(),
                        frame.source().getCapturedAt(),
                        new FrameRef(record.partition(), record.offset()),
                        ref,
                        predictions));
        metrics.labelled().increment();
    }

    private List<ObjectPredictions> predictions(DecodedFrame frame) {
        TeacherView view = frame.view();
        List<ObjectLabel> given = new ArrayList<>();
        for (ObjectModel object : objects) {
            given.add(PoseLabels.of(
                    metrics.deviceTime().record(() -> teacher.estimate(view, object)), object, frame.intrinsics()));
        }
        List<Optional<ObjectLabel>> corrected = confirmations
                .map(c -> c.correct(given.stream()
                        .map(label -> new Confirmations.Believed(frame, label))
                        .toList()))
                .orElseGet(() -> given.stream()
                        .map(label -> Optional.<ObjectLabel>empty())
                        .toList());
        List<ObjectPredictions> predictions = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            predictions.add(LabelMapping.toRecord(
                    corrected.get(i).orElse(given.get(i)), corrected.get(i).isPresent()));
        }
        return predictions;
    }

    private void reject(Received record, String stage, Exception reason, Labels labels) {
        metrics.failed().increment();
        labels.reject(record, stage, reason);
    }

    /** Waits a little for the frame in work. */
    @Override
    public void close() {
        thread.disposeGracefully().timeout(FINISH).onErrorComplete().block();
        teacher.close();
    }
}
