package io.apprentice.teacher;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Query;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.refine.RefinedPose;
import io.apprentice.pose.solve.PnpSolution;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.ObjectPredictions;
import io.apprentice.schemas.TeacherRef;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.Received;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * What a batch of records becomes: a label for each frame that is to be labelled and can be, a rejection for each record that cannot be
 * read or processed, nothing for the rest. Not thread-safe: one thread owns the device.
 */
final class Labeller implements AutoCloseable {

    private static final String DECODE = "teacher.decode";
    private static final String ESTIMATE = "teacher.estimate";

    /** A frame ready for the network. */
    private record Sight(Received record, Frame frame, RgbImage image, CameraIntrinsics intrinsics) {}

    private final TeacherSettings settings;
    private final List<ObjectModel> objects;
    private final TeacherRef teacher;
    private final PoseEstimator estimator;
    private final AvroCodec<Frame> codec;
    private final ToIntFunction<String> strides;
    private final TeacherMetrics metrics;
    private final InstantSource clock;
    private final Optional<Refinement> refinement;
    private final LastPoses lastPoses = new LastPoses();

    /**
     * Owns {@code estimator} from now on.
     *
     * @param strides by camera: every how many frames one is labelled
     */
    Labeller(
            TeacherSettings settings,
            List<ObjectModel> objects,
            TeacherRef teacher,
            PoseEstimator estimator,
            AvroCodec<Frame> codec,
            ToIntFunction<String> strides,
            TeacherMetrics metrics,
            InstantSource clock) {
        this.settings = settings;
        this.objects = List.copyOf(objects);
        this.teacher = teacher;
        this.estimator = estimator;
        this.codec = codec;
        this.strides = strides;
        this.metrics = metrics;
        this.clock = clock;
        refinement = settings.refine() ? Optional.of(new Refinement(objects)) : Optional.empty();
    }

    /** Looks at the frames of {@code batch}; labels come in its order. */
    Labels label(List<Received> batch) {
        Labels labels = new Labels(batch);
        List<Sight> sights = new ArrayList<>();
        for (Received record : batch) {
            try {
                sight(record).ifPresent(sights::add);
            } catch (UndecodableRecordException | IOException | IllegalArgumentException e) {
                reject(record, DECODE, e, labels);
            }
        }
        for (int i = 0; i < sights.size(); i += settings.batchSize()) {
            look(sights.subList(i, Math.min(sights.size(), i + settings.batchSize())), labels);
        }
        return labels;
    }

    /** The frame, if it is one to be labelled. */
    private Optional<Sight> sight(Received record) throws UndecodableRecordException, IOException {
        Frame frame = codec.decode(record.value());
        if (Math.floorMod(frame.getSequence(), strides.applyAsInt(frame.getCameraId())) != 0) {
            return Optional.empty();
        }
        if (settings.mode() == TeacherSettings.Mode.LIVE
                && frame.getCapturedAt().plus(settings.maxAge()).isBefore(clock.instant())) {
            metrics.skipped().increment();
            return Optional.empty();
        }
        CameraIntrinsics intrinsics = Wire.intrinsics(frame.getIntrinsics());
        RgbImage image = ImageCodec.decode(Wire.bytes(frame.getImage()));
        if (image.width() != intrinsics.width() || image.height() != intrinsics.height()) {
            throw new IOException("image of camera '%s': expected %d x %d pixels as its intrinsics say, got %d x %d"
                    .formatted(
                            frame.getCameraId(),
                            intrinsics.width(),
                            intrinsics.height(),
                            image.width(),
                            image.height()));
        }
        return Optional.of(new Sight(record, frame, image, intrinsics));
    }

    /** Labels all at once, or, if the network fails at them, each on its own, so that one frame takes no others with it. */
    private void look(List<Sight> sights, Labels labels) {
        List<Estimate> estimates;
        try {
            estimates = metrics.deviceTime().record(() -> estimator.estimate(queries(sights)));
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
        List<Query> queries = new ArrayList<>();
        for (Sight sight : sights) {
            for (ObjectModel object : objects) {
                queries.add(new Query(
                        sight.image(),
                        sight.intrinsics(),
                        object.id(),
                        Wire.detection(sight.frame(), object.id(), sight.intrinsics(), estimator.cropSize()),
                        lastPoses.of(sight.frame().getCameraId(), object.id())));
            }
        }
        return queries;
    }

    private void add(Sight sight, List<Estimate> estimates, Labels labels) {
        Frame frame = sight.frame();
        List<ObjectPredictions> predictions = new ArrayList<>();
        for (int i = 0; i < objects.size(); i++) {
            predictions.add(predictions(sight, objects.get(i), estimates.get(i)));
        }
        labels.add(
                sight.record(),
                new LocalPredictions(
                        frame.getCameraId(),
                        frame.getSequence(),
                        frame.getCapturedAt(),
                        new FrameRef(sight.record().partition(), sight.record().offset()),
                        teacher,
                        predictions));
        metrics.labelled().increment();
    }

    private ObjectPredictions predictions(Sight sight, ObjectModel object, Estimate estimate) {
        Optional<RefinedPose> refined = refinement.flatMap(r -> metrics.refineTime()
                .record(() -> r.refine(sight.frame().getCameraId(), sight.image(), sight.intrinsics(), estimate)));
        refined.ifPresent(pose -> metrics.refined().increment());
        lastPoses.update(
                sight.frame().getCameraId(),
                object.id(),
                refined.map(RefinedPose::objectToCamera)
                        .or(() -> estimate.pose().map(PnpSolution::objectToCamera)));
        return refined.map(pose -> Wire.predictions(estimate, pose, object, sight.intrinsics()))
                .orElseGet(() -> Wire.predictions(estimate));
    }

    private void reject(Received record, String stage, Exception reason, Labels labels) {
        metrics.failed().increment();
        labels.reject(record, stage, reason);
    }

    @Override
    public void close() {
        estimator.close();
    }
}
