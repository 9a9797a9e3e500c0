package io.apprentice.torture;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.apprentice.torture.RunLog.Committed;
import io.apprentice.torture.RunLog.Decision;
import io.apprentice.torture.RunLog.End;
import io.apprentice.torture.RunLog.Fold;
import io.apprentice.torture.RunLog.Frame;
import io.apprentice.torture.RunLog.Label;
import io.apprentice.torture.RunLog.Place;
import io.apprentice.torture.RunLog.Pose;
import io.apprentice.torture.RunLog.Run;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the topics as anybody may who knows Kafka, Avro and the schemas' fields: with a plain {@code read_committed} consumer
 * and generic records. It reads along, so each call of {@link #read()} only costs what is new. For one thread.
 */
final class LogReader implements AutoCloseable {

    private static final List<String> TOPICS = List.of(
            "frames",
            "poses",
            "local-predictions",
            "student-models",
            "training-checkpoints",
            "training-order",
            "training-progress",
            "training-events",
            "dead-letters");
    private static final Set<TransactionState> CLOSED =
            Set.of(TransactionState.EMPTY, TransactionState.COMPLETE_COMMIT, TransactionState.COMPLETE_ABORT);
    private static final Set<String> CAME_INTO_USE = Set.of("PROMOTED", "ROLLED_BACK");
    private static final int FRAMING = 1 + Integer.BYTES;
    private static final int ATTEMPTS = 120;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Admin admin;
    private final String registry;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<Integer, GenericDatumReader<GenericRecord>> schemas = new HashMap<>();
    private final Map<TopicPartition, Long> afterLast = new HashMap<>();

    private final List<Frame> frames = new ArrayList<>();
    private final List<Pose> poses = new ArrayList<>();
    private final List<Label> labels = new ArrayList<>();
    private final PartedFiles students = new PartedFiles();
    private final PartedFiles checkpoints = new PartedFiles();
    private final Map<String, Integer> removed = new TreeMap<>();
    private final List<Decision> promoted = new ArrayList<>();
    private final List<Fold> folds = new ArrayList<>();
    private final Map<String, Long> folded = new TreeMap<>();
    private final Map<String, Long> skipped = new TreeMap<>();
    private long progressRecords;
    private long deadLetters;

    /** Starts at the beginning of all topics, which exist. */
    LogReader(String bootstrap, String registry) {
        this.registry = registry;
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed", "max.poll.records", "100"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : TOPICS) {
            consumer.partitionsFor(topic).forEach(p -> partitions.add(new TopicPartition(topic, p.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Reads on to where the topics end now. */
    void read() throws IOException, InterruptedException {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                afterLast.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
                take(record);
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) throws IOException, InterruptedException {
        if (record.topic().equals("dead-letters")) {
            deadLetters++;
            return;
        }
        if (record.value() == null) {
            String key = new String(record.key(), StandardCharsets.UTF_8);
            removed.merge(key.substring(0, key.lastIndexOf('/')), 1, Integer::sum);
            return;
        }
        GenericRecord value = decode(record.value());
        Place at = new Place(record.partition(), record.offset());
        switch (record.topic()) {
            case "frames" -> frames.add(new Frame(at, text(value, "camera_id"), number(value, "sequence")));
            case "poses" ->
                poses.add(new Pose(
                        at,
                        text(value, "camera_id"),
                        text(value, "object_id"),
                        frameRef(value),
                        text(value, "status").equals("SKIPPED")));
            case "local-predictions" -> labels.add(new Label(at, text(value, "camera_id"), frameRef(value)));
            case "student-models" -> {
                GenericRecord manifest = (GenericRecord) value.get("manifest");
                students.take(value, number(value, "version"), text(manifest, "sha256"), bytes(value, "weights"));
            }
            case "training-checkpoints" ->
                checkpoints.take(value, number(value, "steps"), text(value, "sha256"), bytes(value, "state"));
            case "training-order" ->
                folds.add(new Fold(
                        text(value, "student_id"),
                        number(value, "folded_before"),
                        ((Collection<?>) value.get("runs"))
                                .stream().map(run -> run((GenericRecord) run)).toList()));
            case "training-progress" -> {
                String student = text(value, "student_id");
                progressRecords++;
                folded.put(student, number(value, "labels") + number(value, "skipped"));
                skipped.put(student, number(value, "skipped"));
            }
            case "training-events" -> {
                if (CAME_INTO_USE.contains(text(value, "kind"))) {
                    promoted.add(new Decision(text(value, "student_id"), number(value, "version")));
                }
            }
            default -> throw new IllegalStateException(record.topic());
        }
    }

    private static Run run(GenericRecord run) {
        return new Run(
                (int) number(run, "partition"), number(run, "from"), number(run, "to"), (int) number(run, "labels"));
    }

    static String text(GenericRecord record, String field) {
        return record.get(field).toString();
    }

    static long number(GenericRecord record, String field) {
        return ((Number) record.get(field)).longValue();
    }

    private static ByteBuffer bytes(GenericRecord record, String field) {
        return (ByteBuffer) record.get(field);
    }

    private static Place frameRef(GenericRecord record) {
        GenericRecord ref = (GenericRecord) record.get("frame_ref");
        return new Place((int) number(ref, "partition"), number(ref, "offset"));
    }

    /** Confluent's wire format: a zero byte, the schema's id in four bytes, Avro. */
    private GenericRecord decode(byte[] value) throws IOException, InterruptedException {
        if (value[0] != 0) {
            throw new IOException("expected magic byte 0, got " + value[0]);
        }
        int id = ByteBuffer.wrap(value, 1, Integer.BYTES).getInt();
        GenericDatumReader<GenericRecord> reader = schemas.get(id);
        if (reader == null) {
            reader = new GenericDatumReader<>(schema(id));
            schemas.put(id, reader);
        }
        return reader.read(null, DecoderFactory.get().binaryDecoder(value, FRAMING, value.length - FRAMING, null));
    }

    /** Asks again while the registry is away. */
    private Schema schema(int id) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(registry + "/apis/ccompat/v7/schemas/ids/" + id))
                .timeout(Duration.ofSeconds(5))
                .build();
        String said = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    return new Schema.Parser()
                            .parse(new ObjectMapper()
                                    .readTree(answer.body())
                                    .get("schema")
                                    .asText());
                }
                said = answer.statusCode() + " " + answer.body();
            } catch (IOException away) {
                said = away.toString();
            }
            Thread.sleep(500);
        }
        throw new IOException("the registry at %s does not give schema %d: %s".formatted(registry, id, said));
    }

    /** How much of each kind was read so far; whoever waits for progress compares two calls. */
    Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>(Map.of("labels", (long) labels.size(), "training", progressRecords));
        poses.forEach(pose -> counts.merge("poses of " + pose.camera(), 1L, Long::sum));
        return counts;
    }

    /** What was read so far, without what concerns the end of a run. */
    RunLog soFar() {
        return log(List.of(), List.of(), List.of());
    }

    /**
     * What was read so far, and what the brokers say of ends, offsets and transactions.
     *
     * @param groups consumer groups, each with the topics that it reads
     */
    RunLog whole(Map<String, List<String>> groups) throws InterruptedException, ExecutionException {
        List<TopicPartition> all = new ArrayList<>();
        admin.describeTopics(admin.listTopics(new ListTopicsOptions().listInternal(true))
                        .names()
                        .get())
                .allTopicNames()
                .get()
                .values()
                .forEach(topic ->
                        topic.partitions().forEach(p -> all.add(new TopicPartition(topic.name(), p.partition()))));
        Map<TopicPartition, Long> stable = consumer.endOffsets(all);
        Map<TopicPartition, Long> unstable = new HashMap<>();
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        all.forEach(p -> asked.put(p, OffsetSpec.latest()));
        admin.listOffsets(asked).all().get().forEach((p, offset) -> unstable.put(p, offset.offset()));
        List<End> ends = all.stream()
                .map(p -> new End(p.topic(), p.partition(), stable.get(p), unstable.get(p)))
                .toList();
        List<Committed> committed = new ArrayList<>();
        for (Map.Entry<String, List<String>> group : groups.entrySet()) {
            var offsets = admin.listConsumerGroupOffsets(
                            group.getKey(), new ListConsumerGroupOffsetsOptions().requireStable(true))
                    .partitionsToOffsetAndMetadata()
                    .get();
            for (TopicPartition p : all) {
                if (group.getValue().contains(p.topic()) && afterLast.containsKey(p)) {
                    committed.add(new Committed(
                            group.getKey(),
                            p.topic(),
                            p.partition(),
                            offsets.containsKey(p) ? offsets.get(p).offset() : -1,
                            afterLast.get(p),
                            unstable.get(p)));
                }
            }
        }
        Collection<TransactionListing> transactions =
                admin.listTransactions().all().get();
        return log(
                ends,
                committed,
                transactions.stream()
                        .filter(t -> !CLOSED.contains(t.state()))
                        .map(t -> t.transactionalId() + " (" + t.state() + ")")
                        .toList());
    }

    private RunLog log(List<End> ends, List<Committed> committed, List<String> openTransactions) {
        return new RunLog(
                List.copyOf(frames),
                List.copyOf(poses),
                List.copyOf(labels),
                students.versions(),
                checkpoints.versions(),
                Map.copyOf(removed),
                List.copyOf(promoted),
                List.copyOf(folds),
                Map.copyOf(folded),
                Map.copyOf(skipped),
                deadLetters,
                ends,
                committed,
                openTransactions);
    }

    @Override
    public void close() {
        consumer.close();
        admin.close();
    }
}
