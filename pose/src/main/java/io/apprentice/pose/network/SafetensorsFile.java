package io.apprentice.pose.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The safetensors format: eight bytes of header length, a JSON header, then the tensors. It contains no code.
 *
 * @param tensors by name; values row-major
 * @param metadata free text by key
 * @see "github.com/huggingface/safetensors, format"
 */
record SafetensorsFile(Map<String, Tensor> tensors, Map<String, String> metadata) {

    private static final int HEADER_LIMIT = 16 << 20;
    private static final int MOST_DIMENSIONS = 8;
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** One tensor as float32, whatever its type in the file. */
    record Tensor(List<Integer> shape, float[] values) {}

    private record Entry(String name, String type, List<Integer> shape, long begin, long end) {}

    /** Reads float32, float64, float16 and bfloat16 tensors. */
    static SafetensorsFile parse(byte[] bytes) throws IOException {
        if (bytes.length < 8) {
            throw new IOException("safetensors: expected at least 8 bytes, got " + bytes.length);
        }
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long headerLength = file.getLong(0);
        if (headerLength < 2 || headerLength > Math.min(HEADER_LIMIT, bytes.length - 8L)) {
            throw new IOException("safetensors: header of %d bytes does not fit a file of %d bytes (limit %d)"
                    .formatted(headerLength, bytes.length, HEADER_LIMIT));
        }
        int dataStart = 8 + (int) headerLength;
        JsonNode header;
        try {
            header = JSON.readTree(new String(bytes, 8, (int) headerLength, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IOException("safetensors: the header is not JSON: " + e.getOriginalMessage(), e);
        }
        if (header == null || !header.isObject()) {
            throw new IOException("safetensors: the header is not a JSON object");
        }
        Map<String, String> metadata = new TreeMap<>();
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : header.properties()) {
            if (field.getKey().equals("__metadata__")) {
                readMetadata(field.getValue(), metadata);
            } else {
                entries.add(entry(field.getKey(), field.getValue(), bytes.length - dataStart));
            }
        }
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        long next = 0;
        for (Entry entry : entries) {
            if (entry.begin() != next) {
                throw new IOException("safetensors: tensor '%s' begins at %d, expected %d"
                        .formatted(entry.name(), entry.begin(), next));
            }
            next = entry.end();
            tensors.put(entry.name(), new Tensor(entry.shape(), values(file, dataStart, entry)));
        }
        if (next != bytes.length - dataStart) {
            throw new IOException(
                    "safetensors: tensors take %d bytes, the file holds %d".formatted(next, bytes.length - dataStart));
        }
        return new SafetensorsFile(tensors, metadata);
    }

    private static void readMetadata(JsonNode node, Map<String, String> metadata) throws IOException {
        if (!node.isObject()) {
            throw new IOException("safetensors: expected strings by key as __metadata__, got " + shown(node));
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!field.getValue().isTextual()) {
                throw new IOException("safetensors: metadata '%s': expected a string, got %s"
                        .formatted(field.getKey(), shown(field.getValue())));
            }
            metadata.put(field.getKey(), field.getValue().asText());
        }
    }

    private static String shown(JsonNode node) {
        String text = node.toString();
        return text.length() > 60 ? text.substring(0, 60) + "..." : text;
    }

    private static Entry entry(String name, JsonNode node, int dataLength) throws IOException {
        JsonNode offsets = node.path("data_offsets");
        JsonNode sizes = node.path("shape");
        if (!node.path("dtype").isTextual() || !offsets.isArray() || offsets.size() != 2 || !sizes.isArray()) {
            throw new IOException(
                    "safetensors: tensor '%s': expected dtype, shape and two data_offsets".formatted(name));
        }
        if (sizes.size() > MOST_DIMENSIONS) {
            throw new IOException("safetensors: tensor '%s': expected at most %d dimensions, got %d"
                    .formatted(name, MOST_DIMENSIONS, sizes.size()));
        }
        List<Integer> shape = new ArrayList<>();
        long count = 1;
        for (JsonNode size : sizes) {
            shape.add((int) whole(name, "size", size, Integer.MAX_VALUE));
            count *= size.asInt();
            if (count > Integer.MAX_VALUE) {
                throw new IOException("safetensors: tensor '%s' is too large: %s".formatted(name, sizes));
            }
        }
        long begin = whole(name, "offset", offsets.get(0), dataLength);
        long end = whole(name, "offset", offsets.get(1), dataLength);
        long expected = count * width(name, node.get("dtype").asText());
        if (end - begin != expected) {
            throw new IOException("safetensors: tensor '%s': %s %s takes %d bytes, offsets %s span %d"
                    .formatted(name, node.get("dtype").asText(), sizes, expected, offsets, end - begin));
        }
        return new Entry(name, node.get("dtype").asText(), shape, begin, end);
    }

    private static long whole(String name, String what, JsonNode node, long most) throws IOException {
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.asLong() < 0 || node.asLong() > most) {
            throw new IOException("safetensors: tensor '%s': expected a whole number from 0 to %d as %s, got %s"
                    .formatted(name, most, what, shown(node)));
        }
        return node.asLong();
    }

    private static int width(String name, String type) throws IOException {
        return switch (type) {
            case "F64", "I64" -> 8;
            case "F32" -> 4;
            case "F16", "BF16" -> 2;
            default ->
                throw new IOException(
                        "safetensors: tensor '%s': expected F64, F32, F16, BF16 or I64, got %s".formatted(name, type));
        };
    }

    private static float[] values(ByteBuffer file, int dataStart, Entry entry) {
        int start = dataStart + (int) entry.begin();
        int bytes = (int) (entry.end() - entry.begin());
        ByteBuffer data = file.slice(start, bytes).order(ByteOrder.LITTLE_ENDIAN);
        int n = entry.shape().stream().reduce(1, (a, b) -> a * b);
        float[] values = new float[n];
        switch (entry.type()) {
            case "F32" -> data.asFloatBuffer().get(values);
            case "F64" -> {
                for (int i = 0; i < n; i++) {
                    values[i] = (float) data.getDouble(8 * i);
                }
            }
            case "I64" -> {
                for (int i = 0; i < n; i++) {
                    values[i] = data.getLong(8 * i);
                }
            }
            case "BF16" -> {
                for (int i = 0; i < n; i++) {
                    values[i] = Float.intBitsToFloat(data.getShort(2 * i) << 16);
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    values[i] = halfToFloat(data.getShort(2 * i));
                }
            }
        }
        return values;
    }

    /** IEEE half precision; {@code Float.float16ToFloat} came with Java 20. */
    private static float halfToFloat(short half) {
        int sign = half & 0x8000;
        int exponent = (half >> 10) & 0x1f;
        int fraction = half & 0x3ff;
        float magnitude = switch (exponent) {
            case 0 -> fraction * 0x1p-24f;
            case 31 -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
            default -> (1 + fraction * 0x1p-10f) * (float) Math.pow(2, exponent - 15);
        };
        return sign == 0 ? magnitude : -magnitude;
    }

    /** The bytes of the file, with all tensors as float32 in the order of the map; equal content gives equal bytes. */
    byte[] toBytes() {
        ObjectNode header = JSON.createObjectNode();
        ObjectNode meta = header.putObject("__metadata__");
        new TreeMap<>(metadata).forEach(meta::put);
        long length = 0;
        for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
            ObjectNode node = header.putObject(tensor.getKey());
            node.put("dtype", "F32");
            ArrayNode shape = node.putArray("shape");
            tensor.getValue().shape().forEach(shape::add);
            long end = length + 4L * tensor.getValue().values().length;
            node.putArray("data_offsets").add(length).add(end);
            length = end;
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + 7) / 8 * 8;
        ByteBuffer out =
                ByteBuffer.allocate(Math.toIntExact(8 + padded + length)).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(padded).put(json);
        while (out.position() < 8 + padded) {
            out.put((byte) ' ');
        }
        for (Tensor tensor : tensors.values()) {
            for (float value : tensor.values()) {
                out.putFloat(value);
            }
        }
        return out.array();
    }
}
