package io.apprentice.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Seeded damage to records of a topic. Half of them are Avro whose fields have impossible or extreme values; the other half
 * is damaged byte by byte: flipped bits, cut off, spliced, other lengths. Keys and timestamps are damaged now and then.
 */
public final class PoisonedRecords {

    /** Magic byte and schema id. */
    private static final int FRAMING = 5;

    private static final long[] LONGS = {
        0, 1, -1, 2, 127, 128, 65_535, 1_000_000, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE
    };
    private static final double[] DOUBLES = {
        0,
        -0.0,
        1,
        -1,
        1e-300,
        1e-9,
        0.5,
        1e9,
        1e300,
        -1e300,
        Double.MIN_VALUE,
        Double.MAX_VALUE,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
    };
    private static final int LONG_TEXT = 70_000;
    private static final int MOST_COPIES = 300;

    /**
     * A whole record.
     *
     * @param value magic byte, schema id and Avro of {@code schema}
     */
    public record Sample(Schema schema, byte[] key, byte[] value) {}

    /**
     * A damaged one.
     *
     * @param key may be null
     * @param value may be null
     * @param timestamp milliseconds
     */
    public record Poison(byte[] key, byte[] value, long timestamp) {}

    private final List<Sample> samples;
    private final SplittableRandom random;
    private final Mutations bytes;
    private final long now;

    /** @param now the usual timestamp, milliseconds */
    public PoisonedRecords(List<Sample> samples, long seed, long now) {
        this.samples = List.copyOf(samples);
        this.now = now;
        random = new SplittableRandom(seed);
        bytes = new Mutations(random);
    }

    /** The next one. */
    public Poison next() {
        Sample sample = samples.get(random.nextInt(samples.size()));
        return new Poison(key(sample.key()), value(sample), timestamp());
    }

    private byte[] key(byte[] key) {
        return switch (random.nextInt(20)) {
            case 0 -> null;
            case 1 -> new byte[0];
            case 2 -> new byte[] {(byte) 0xff, (byte) 0xfe, (byte) 0xc0};
            case 3 -> text(LONG_TEXT).getBytes(StandardCharsets.UTF_8);
            case 4 -> bytes.damagedBinary(key);
            default -> key;
        };
    }

    private long timestamp() {
        return switch (random.nextInt(20)) {
            case 0 -> -1;
            case 1 -> 0;
            case 2 -> now - 3_600_000;
            case 3 -> now + 3_600_000;
            case 4 -> Long.MAX_VALUE;
            default -> now;
        };
    }

    private byte[] value(Sample sample) {
        int kind = random.nextInt(100);
        if (kind == 0) {
            return null;
        }
        if (kind == 1) {
            return Arrays.copyOf(sample.value(), random.nextInt(FRAMING + 1));
        }
        if (kind < 50) {
            byte[] damaged = sample.value();
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                damaged = bytes.damagedBinary(damaged);
            }
            // most keep their schema id: an unknown one hides what else is wrong
            return damaged.length > FRAMING && random.nextInt(10) > 0
                    ? framed(sample.value(), Arrays.copyOfRange(damaged, FRAMING, damaged.length))
                    : damaged;
        }
        return framed(sample.value(), withOtherFields(sample));
    }

    private static byte[] framed(byte[] like, byte[] body) {
        return ByteBuffer.allocate(FRAMING + body.length)
                .put(like, 0, FRAMING)
                .put(body)
                .array();
    }

    private byte[] withOtherFields(Sample sample) {
        try {
            GenericRecord record = new GenericDatumReader<GenericRecord>(sample.schema())
                    .read(
                            null,
                            DecoderFactory.get()
                                    .binaryDecoder(sample.value(), FRAMING, sample.value().length - FRAMING, null));
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                damage(record);
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            new GenericDatumWriter<GenericRecord>(sample.schema()).write(record, encoder);
            encoder.flush();
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("a sample is not of its schema", e);
        }
    }

    private void damage(GenericRecord record) {
        List<Schema.Field> fields = record.getSchema().getFields();
        Schema.Field field = fields.get(random.nextInt(fields.size()));
        record.put(field.pos(), other(field.schema(), record.get(field.pos())));
    }

    private Object other(Schema schema, Object value) {
        return switch (schema.getType()) {
            case RECORD -> {
                damage((GenericRecord) value);
                yield value;
            }
            case UNION -> ofUnion(schema, value);
            case ARRAY -> array(schema, new ArrayList<>((List<?>) value));
            case MAP -> map(schema, (Map<?, ?>) value);
            case ENUM ->
                new GenericData.EnumSymbol(
                        schema,
                        schema.getEnumSymbols()
                                .get(random.nextInt(schema.getEnumSymbols().size())));
            case STRING -> string(value.toString());
            case BYTES -> ByteBuffer.wrap(other((ByteBuffer) value));
            case INT -> random.nextInt(3) > 0 ? (int) number() : (Integer) value + random.nextInt(-1, 2);
            case LONG -> random.nextInt(3) > 0 ? number() : (Long) value + random.nextInt(-1, 2);
            case FLOAT -> (float) real(((Float) value).doubleValue());
            case DOUBLE -> real((Double) value);
            case BOOLEAN -> !((Boolean) value);
            case FIXED, NULL -> value;
        };
    }

    private Object ofUnion(Schema schema, Object value) {
        boolean nullable = schema.isNullable();
        if (value == null || nullable && random.nextInt(4) == 0) {
            return null;
        }
        return other(schema.getTypes().get(GenericData.get().resolveUnion(schema, value)), value);
    }

    private List<?> array(Schema schema, List<Object> items) {
        if (items.isEmpty()) {
            return items;
        }
        int at = random.nextInt(items.size());
        switch (random.nextInt(7)) {
            case 0 -> items.clear();
            case 1 -> items.remove(at);
            case 2 -> items.add(at, items.get(random.nextInt(items.size())));
            case 3 -> items.addAll(Collections.nCopies(random.nextInt(1, MOST_COPIES), items.get(at)));
            case 4 -> Collections.shuffle(items, new Random(random.nextLong()));
            default -> items.set(at, other(schema.getElementType(), items.get(at)));
        }
        return new GenericData.Array<>(schema, items);
    }

    private Map<Object, Object> map(Schema schema, Map<?, ?> value) {
        Map<Object, Object> map = new HashMap<>(value);
        if (map.isEmpty() || random.nextInt(4) == 0) {
            return new HashMap<>();
        }
        Object key = map.keySet().stream()
                .skip(random.nextInt(map.size()))
                .findFirst()
                .orElseThrow();
        Object changed = other(schema.getValueType(), map.get(key));
        map.put(random.nextBoolean() ? key : string(key.toString()), changed);
        return map;
    }

    private byte[] other(ByteBuffer value) {
        byte[] all = new byte[value.remaining()];
        value.duplicate().get(all);
        return random.nextInt(8) == 0 ? new byte[0] : bytes.damagedBinary(all);
    }

    private String string(String value) {
        return switch (random.nextInt(10)) {
            case 0 -> "";
            case 1 -> text(LONG_TEXT);
            case 2 -> text(300);
            case 3 -> "\u0000\n\u001b[2J";
            case 4 -> "..//" + value;
            case 5 -> "\ufffd\ud83d\ude00" + value;
            // another one each time: 10,000 cameras, objects, students
            default -> value + "-" + random.nextInt(100_000);
        };
    }

    private static String text(int length) {
        return "x".repeat(length);
    }

    private long number() {
        return LONGS[random.nextInt(LONGS.length)];
    }

    private double real(double value) {
        return switch (random.nextInt(4)) {
            case 0 -> value * random.nextDouble(-2, 2);
            case 1 -> value + random.nextDouble(-1, 1);
            default -> DOUBLES[random.nextInt(DOUBLES.length)];
        };
    }
}
