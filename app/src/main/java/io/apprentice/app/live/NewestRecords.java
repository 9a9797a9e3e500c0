package io.apprentice.app.live;

import io.apprentice.schemas.Agreement;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.Topic;
import io.apprentice.schemas.TrainingProgress;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.kafka.Topics;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the newest records say about teacher, training and agreement, for people. */
public final class NewestRecords {

    private final AvroCodecs codecs;
    private final Topics topics;
    private final RecordReader reader;

    /** Reads by these; the reader is not closed with this. */
    public NewestRecords(AvroCodecs codecs, Topics topics, RecordReader reader) {
        this.codecs = codecs;
        this.topics = topics;
        this.reader = reader;
    }

    /** Who wrote the newest label; empty without one. A transaction's end takes an offset too. */
    public Optional<String> label() throws InterruptedException, UndecodableRecordException {
        String topic = topics.name(Topic.LOCAL_PREDICTIONS);
        Optional<Received> newest = Optional.empty();
        for (Map.Entry<Integer, Long> end : reader.endOffsets(topic).entrySet()) {
            Optional<Received> last = Optional.empty();
            for (long back = 1; back <= Math.min(3, end.getValue()) && last.isEmpty(); back++) {
                last = reader.fetch(topic, end.getKey(), end.getValue() - back);
            }
            newest = Stream.of(newest, last)
                    .flatMap(Optional::stream)
                    .max(Comparator.comparingLong(Received::timestamp));
        }
        if (newest.isEmpty()) {
            return Optional.empty();
        }
        LocalPredictions label = codecs.codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class)
                .decode(newest.get().value());
        return Optional.of("%s v%d wrote the newest label, of frame %d of %s"
                .formatted(
                        label.getTeacher().getId(),
                        label.getTeacher().getVersion(),
                        label.getSequence(),
                        label.getCameraId()));
    }

    /** How the training stands; empty before it reports for the first time. */
    public Optional<TrainingProgress> training() throws InterruptedException, UndecodableRecordException {
        String topic = topics.name(Topic.TRAINING_PROGRESS);
        List<Received> records =
                reader.readToEnd(topic).takeLast(1).collectList().block();
        if (records == null || records.isEmpty()) {
            return Optional.empty();
        }
        AvroCodec<TrainingProgress> codec = codecs.codec(Topic.TRAINING_PROGRESS, TrainingProgress.class);
        return Optional.of(codec.decode(records.get(0).value()));
    }

    /** How the versions in use agree with the teacher, a text per camera and object. */
    public List<String> agreement() throws InterruptedException {
        AvroCodec<Agreement> codec = codecs.codec(Topic.AGREEMENT, Agreement.class);
        Map<String, String> texts = new TreeMap<>();
        reader.readToEnd(topics.name(Topic.AGREEMENT), RecordReader.From.RECENT)
                .doOnNext(record -> add(codec, record.value(), texts))
                .blockLast();
        return List.copyOf(texts.values());
    }

    private static void add(AvroCodec<Agreement> codec, byte[] value, Map<String, String> texts) {
        try {
            Agreement a = codec.decode(value);
            String where = a.getCameraId() + ", " + a.getObjectId();
            texts.put(
                    where,
                    "%s: %s v%d within 0.1 diameter of the teacher in %d of %d labels"
                            .formatted(
                                    where,
                                    a.getStudentId(),
                                    a.getStudentVersion(),
                                    a.getSinceVersion().getAgreed(),
                                    a.getSinceVersion().getCompared()));
        } catch (UndecodableRecordException e) {
            texts.put("", "a record cannot be read: " + e.getMessage());
        }
    }
}
