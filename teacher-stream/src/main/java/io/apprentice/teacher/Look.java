package io.apprentice.teacher;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.wire.DecodedFrame;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Frames of a batch that the network looks at in one go, as they pass through the stages. One stage has it at a time. */
final class Look {

    /** A frame ready for the network. */
    record Sight(Received record, DecodedFrame frame) {
        String camera() {
            return frame.source().getCameraId();
        }
    }

    private final Labels labels;
    private final boolean first;
    private final boolean last;
    private final Sinks.Empty<Void> concluded = Sinks.empty();

    /** In order, without those that have become too old. */
    List<Sight> sights;
    /** Whether missing objects are searched for. */
    boolean searches;
    /** The version of the teacher that looks. */
    TeacherVersion teacher;
    /** Completes when the poses that tell where to look are known. */
    Mono<Void> hints = Mono.empty();
    /** What the network found, per frame and object; empty if it failed. */
    List<List<Estimate>> estimates = List.of();

    /**
     * A part of a batch.
     *
     * @param labels the result of the whole batch
     * @param first whether it is the batch's first part
     * @param last whether it is the batch's last part
     */
    Look(Labels labels, List<Sight> sights, boolean first, boolean last) {
        this.labels = labels;
        this.sights = sights;
        this.first = first;
        this.last = last;
    }

    Labels labels() {
        return labels;
    }

    boolean isFirst() {
        return first;
    }

    boolean isLast() {
        return last;
    }

    void conclude() {
        concluded.tryEmitEmpty();
    }

    /** Completes when this has been concluded. */
    Mono<Void> concluded() {
        return concluded.asMono();
    }
}
