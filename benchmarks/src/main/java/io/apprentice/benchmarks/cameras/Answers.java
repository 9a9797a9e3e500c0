package io.apprentice.benchmarks.cameras;

import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.service.ServiceContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** A service that wants the poses: reads what is committed, and holds each answer against its frame. Thread-safe. */
final class Answers implements AutoCloseable {

    /** The frames that arrived within some seconds. */
    static final class Span {
        final Map<PoseStatus, Integer> statuses = new EnumMap<>(PoseStatus.class);
        private int[] millis = new int[1 << 10];
        private int size;

        private void add(PoseStatus status, long late) {
            statuses.merge(status, 1, Integer::sum);
            if (size == millis.length) {
                millis = Arrays.copyOf(millis, 2 * size);
            }
            millis[size++] = (int) late;
        }

        int size() {
            return size;
        }

        int of(PoseStatus status) {
            return statuses.getOrDefault(status, 0);
        }

        /** Of the milliseconds from a frame's arrival to the reader. */
        int quantile(double share) {
            int[] sorted = Arrays.copyOf(millis, size);
            Arrays.sort(sorted);
            return size == 0 ? 0 : sorted[(int) Math.min(size - 1L, Math.round(share * size))];
        }

        /** This and the next ones as one. */
        static Span of(List<Span> spans) {
            Span all = new Span();
            for (Span span : spans) {
                span.statuses.forEach((status, n) -> all.statuses.merge(status, n, Integer::sum));
                all.millis = Arrays.copyOf(all.millis, all.size + span.size + 1);
                System.arraycopy(span.millis, 0, all.millis, all.size, span.size);
                all.size += span.size;
            }
            return all;
        }
    }

    private final RecordReader reader;
    private final Disposable reading;
    private final AvroCodec<PoseEstimate> codec;
    private final long spanMillis;
    private final List<Span> spans = new ArrayList<>();
    private final Map<Integer, Long> next = new HashMap<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private long begin = Long.MAX_VALUE;
    private long answered;
    private long notNext;
    private long gaps;
    private long backwards;

    /** @param spanSeconds of frames that are reported together */
    Answers(ServiceContext context, int spanSeconds) {
        spanMillis = spanSeconds * 1000L;
        codec = context.codecs().codec(Topic.POSES, PoseEstimate.class);
        reader = new RecordReader(context.kafka());
        Flux<Received> poses = reader.tail(List.of(context.topics().name(Topic.POSES)), RecordReader.From.BEGINNING);
        reading = poses.subscribe(this::take);
    }

    private synchronized void take(Received record) {
        PoseEstimate pose;
        try {
            pose = codec.decode(record.value());
        } catch (UndecodableRecordException e) {
            throw new IllegalStateException(e);
        }
        long now = System.currentTimeMillis();
        answered++;
        int partition = pose.getFrameRef().getPartition();
        long offset = pose.getFrameRef().getOffset();
        notNext += offset == next.getOrDefault(partition, 0L) ? 0 : 1;
        next.put(partition, offset + 1);
        long before = sequences.getOrDefault(pose.getCameraId(), -1L);
        gaps += Math.max(0, pose.getSequence() - before - 1);
        backwards += pose.getSequence() <= before ? 1 : 0;
        sequences.put(pose.getCameraId(), pose.getSequence());
        begin = Math.min(begin, record.timestamp());
        int index = (int) Math.max(0, (record.timestamp() - begin) / spanMillis);
        while (spans.size() <= index) {
            spans.add(new Span());
        }
        spans.get(index).add(pose.getStatus(), now - record.timestamp());
    }

    synchronized long answered() {
        return answered;
    }

    /** When the first frame arrived, milliseconds since 1970; a great number before it has. */
    synchronized long begin() {
        return begin;
    }

    synchronized List<Span> spans() {
        return List.copyOf(spans);
    }

    /** Whether each frame of the topic has one answer, and in order, in words. */
    synchronized String verdict(long frames) {
        return "%,d frames of %d cameras in the topic, %,d answers; %d not the answer to the next frame of its partition,"
                        .formatted(frames, sequences.size(), answered, notNext)
                + " %d whose camera had been further, %d numbers of frames that no camera sent"
                        .formatted(backwards, gaps);
    }

    @Override
    public void close() {
        reading.dispose();
        reader.close();
    }
}
