package io.apprentice.teacher;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.LastPoses;
import io.apprentice.pose.estimate.Query;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.refine.ConfirmedPoses;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.ObjectPredictions;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.service.Mode;
import io.apprentice.wire.DecodedFrame;
import io.apprentice.wire.LabelMapping;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a batch of records becomes: a label for each frame that is to be labelled and can be, a rejection for each record that cannot be
 * read or processed, nothing for the rest. Not thread-safe: one thread owns the device.
 */
final class Labeller implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Labeller.class);
    private static final String DECODE = "teacher.decode";
    private static final String ESTIMATE = "teacher.estimate";

    /** A frame ready for the network. */
    private record Sight(Received record, DecodedFrame frame) {}

    private final TeacherSettings settings;
    private final List<ObjectModel> objects;
    private final Optional<Adaptation> adaptation;
    private final AvroCodec<Frame> codec;
    private final ToIntFunction<String> strides;
    private final TeacherMetrics metrics;
    private final InstantSource clock;
    private final Optional<ConfirmedPoses> confirmedPoses;
    private final LastPoses lastPoses = new LastPoses(1);
    private TeacherVersion teacher;

    /**
     * Owns teacher and adaptation from now on.
     *
     * @param teacher the version to begin with
     * @param adaptation learns from confirmed poses, and gives newer versions
     * @param strides by camera: every how many frames one is labelled
     */
    Labeller(
            TeacherSettings settings,
            List<ObjectModel> objects,
            TeacherVersion teacher,
            Optional<Adaptation> adaptation,
            AvroCodec<Frame> codec,
            ToIntFunction<String> strides,
            TeacherMetrics metrics,
            InstantSource clock) {
        this.settings = settings;
        this.objects = List.copyOf(objects);
        this.teacher = teacher;
        this.adaptation = adaptation;
        this.codec = codec;
        this.strides = strides;
        this.metrics = metrics;
        this.clock = clock;
        confirmedPoses = settings.refine() ? Optional.of(new ConfirmedPoses(objects)) : Optional.empty();
    }

    /** Looks at the frames of {@code batch}; labels come in its order. */
    Labels label(List<Received> batch) {
        adaptation.flatMap(Adaptation::takeNewest).ifPresent(this::use);
        Labels labels = new Labels(batch);
        List<Sight> sights = new ArrayList<>();
        for (Received record : batch) {
            try {
                sight(record).ifPresent(sights::add);
            } catch (UndecodableRecordException | IOException e) {
                reject(record, DECODE, e, labels);
            }
        }
        for (int i = 0; i < sights.size(); i += settings.batchSize()) {
            look(sights.subList(i, Math.min(sights.size(), i + settings.batchSize())), labels);
        }
        return labels;
    }

    private void use(TeacherVersion newer) {
        teacher.close();
        teacher = newer;
        LOG.info(
                "Teacher '{}': version {} is in use from now on",
                newer.ref().getId(),
                newer.ref().getVersion());
    }

    /** The frame, if it is one to be labelled. */
    private Optional<Sight> sight(Received record) throws UndecodableRecordException, IOException {
        Frame frame = codec.decode(record.value());
        if (Math.floorMod(frame.getSequence(), strides.applyAsInt(frame.getCameraId())) != 0) {
            return Optional.empty();
        }
        if (settings.mode() == Mode.LIVE
                && frame.getCapturedAt().plus(settings.maxAge()).isBefore(clock.instant())) {
            metrics.skipped().increment();
            return Optional.empty();
        }
        return Optional.of(new Sight(record, DecodedFrame.of(frame)));
    }

    /** Labels all at once, or, if the network fails at them, each on its own, so that one frame takes no others with it. */
    private void look(List<Sight> sights, Labels labels) {
        List<Estimate> estimates;
        try {
            estimates = metrics.deviceTime().record(() -> teacher.estimator().estimate(queries(sights)));
        } catch (RuntimeException e) {
            if (sights.size() == 1) {
                reject(sights.get(0).record(), ESTIMATE, e, labels);
            } else {
                sights.forEach(sight -> look(List.of(sight), labels));
            }
            return;
        }
        for (int i = 0; i < sights.size(); i++) {
            add(sights.get(i), estimates.subList(i * objects.size(), (i + 1) * objects.size()), labels);
        }
    }

    private List<Query> queries(List<Sight> sights) {
        List<String> ids = objects.stream().map(ObjectModel::id).toList();
        int cropSize = teacher.estimator().cropSize();
        return sights.stream()
                .flatMap(sight -> sight.frame().queries(ids, cropSize, lastPoses).stream())
                .toList();
    }

    private void add(Sight sight, List<Estimate> estimates, Labels labels) {
        Frame frame = sight.frame().source();
        List<ObjectPredictions> predictions = new ArrayList<>();
        List<ObjectLabel> confirmed = new ArrayList<>();
        for (int i = 0; i < objects.size(); i++) {
            ObjectLabel believed = ObjectLabel.of(estimates.get(i));
            Optional<ObjectLabel> corrected = corrected(sight, believed);
            corrected.ifPresent(confirmed::add);
            lastPoses.update(
                    frame.getCameraId(),
                    objects.get(i).id(),
                    corrected.orElse(believed).objectToCamera());
            predictions.add(LabelMapping.toRecord(corrected.orElse(believed), corrected.isPresent()));
        }
        Received record = sight.record();
        labels.add(
                record,
                new LocalPredictions(
                        frame.getCameraId(),
                        frame.getSequence(),
                        frame.getCapturedAt(),
                        new FrameRef(record.partition(), record.offset()),
                        teacher.ref(),
                        predictions));
        metrics.labelled().increment();
        if (!confirmed.isEmpty()) {
            adaptation.ifPresent(a -> a.learn(new Label(
                    new LabelReference(record.partition(), record.offset()),
                    sight.frame().image(),
                    sight.frame().intrinsics(),
                    confirmed)));
        }
    }

    private Optional<ObjectLabel> corrected(Sight sight, ObjectLabel believed) {
        DecodedFrame frame = sight.frame();
        Optional<ObjectLabel> corrected = confirmedPoses.flatMap(poses -> metrics.refineTime()
                .record(() ->
                        poses.correct(frame.source().getCameraId(), frame.image(), frame.intrinsics(), believed)));
        corrected.ifPresent(label -> metrics.refined().increment());
        return corrected;
    }

    private void reject(Received record, String stage, Exception reason, Labels labels) {
        metrics.failed().increment();
        labels.reject(record, stage, reason);
    }

    @Override
    public void close() {
        adaptation.ifPresent(Adaptation::close);
        teacher.close();
    }
}
