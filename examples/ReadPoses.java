import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Prints poses as they arrive. Knows the topic and the schema registry, nothing of Apprentice's code; needs Kafka's client
 * and Avro, which the built project has:
 *
 * <pre>java -cp 'app/target/lib/*' examples/ReadPoses.java [BROKER] [REGISTRY] [TOPIC]</pre>
 */
public final class ReadPoses {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Map<Integer, GenericDatumReader<GenericRecord>> READERS = new HashMap<>();

    private ReadPoses() {}

    public static void main(String[] args) throws Exception {
        String broker = args.length > 0 ? args[0] : "127.0.0.1:9092";
        String registry = args.length > 1 ? args[1] : "http://127.0.0.1:8081";
        String topic = args.length > 2 ? args[2] : "poses";
        // without a configuration, the logger beside Kafka's client in app/target/lib prints every detail
        System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", broker,
                "group.id", "read-poses-java",
                "auto.offset.reset", "earliest",
                "isolation.level", "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    print(decode(registry, record.value()), System.currentTimeMillis() - record.timestamp());
                }
            }
        }
    }

    /** Confluent's wire format: a zero byte, the schema's id in four bytes, Avro. */
    private static GenericRecord decode(String registry, byte[] value) throws IOException, InterruptedException {
        ByteBuffer head = ByteBuffer.wrap(value);
        byte magic = head.get();
        if (magic != 0) {
            throw new IOException("not an Avro record: first byte " + magic + ", expected 0");
        }
        int id = head.getInt();
        GenericDatumReader<GenericRecord> reader = READERS.get(id);
        if (reader == null) {
            reader = new GenericDatumReader<>(schema(registry, id));
            READERS.put(id, reader);
        }
        return reader.read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null));
    }

    /** The schema that a record was written with, from the registry's Confluent-compatible API. */
    private static Schema schema(String registry, int id) throws IOException, InterruptedException {
        URI uri = URI.create(registry + "/apis/ccompat/v7/schemas/ids/" + id + "/schema");
        HttpResponse<String> answer =
                HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("the registry has no schema " + id + ": HTTP " + answer.statusCode());
        }
        return new Schema.Parser().parse(answer.body());
    }

    /** A record's timestamp is when its frame reached the system; the camera's own clock may be wrong. */
    private static void print(GenericRecord pose, long ageMillis) {
        String position = pose.get("object_to_camera") instanceof GenericRecord at
                ? String.format(Locale.ROOT, "x %.3f  y %.3f  z %.3f m", at.get("tx"), at.get("ty"), at.get("tz"))
                : "-";
        GenericRecord student = (GenericRecord) pose.get("student");
        System.out.printf(
                "%s #%s %s %s %s (student v%s, age %d ms)%n",
                pose.get("camera_id"),
                pose.get("sequence"),
                pose.get("object_id"),
                pose.get("status"),
                position,
                student.get("version"),
                ageMillis);
    }
}
