package io.apprentice.teacher;

import io.apprentice.schemas.Frame;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.service.Mode;
import io.apprentice.wire.DecodedFrame;
import io.apprentice.wire.FrameMapping;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** Reads records, and picks those frames that are due for a label. Thread-safe. */
final class DueFrames {

    /** Where a record that cannot be read fails. */
    static final String DECODE = "teacher.decode";
    /** Where a frame that cannot be processed fails. */
    static final String ESTIMATE = "teacher.estimate";

    /** The result of reading a record: a frame, a failure, or neither where no label is due. */
    record Reading(Received record, Optional<DecodedFrame> frame, Optional<Exception> failure) {}

    private final TeacherSettings settings;
    private final AvroCodec<Frame> codec;
    private final ToIntFunction<String> strides;
    private final TeacherMetrics metrics;
    private final InstantSource clock;

    /** @param strides the stride of each camera */
    DueFrames(
            TeacherSettings settings,
            AvroCodec<Frame> codec,
            ToIntFunction<String> strides,
            TeacherMetrics metrics,
            InstantSource clock) {
        this.settings = settings;
        this.codec = codec;
        this.strides = strides;
        this.metrics = metrics;
        this.clock = clock;
    }

    Reading read(Received record) {
        try {
            Frame frame = codec.decode(record.value());
            FrameMapping.require(frame);
            boolean wanted = Math.floorMod(frame.getSequence(), strides.applyAsInt(frame.getCameraId())) == 0
                    && !isTooOld(record);
            return new Reading(
                    record, wanted ? Optional.of(DecodedFrame.of(frame)) : Optional.empty(), Optional.empty());
        } catch (UndecodableRecordException | IOException e) {
            return new Reading(record, Optional.empty(), Optional.of(e));
        }
    }

    /** Whether to skip the frame, because it reached us too long ago; counts it if so. */
    boolean isTooOld(Received record) {
        boolean old = settings.mode() == Mode.LIVE
                && Instant.ofEpochMilli(record.timestamp())
                        .plus(settings.maxAge())
                        .isBefore(clock.instant());
        if (old) {
            metrics.skipped().increment();
        }
        return old;
    }
}
