package io.apprentice.app.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/** Plain JSON of an Avro record: no type names in unions, times as ISO 8601, bytes as their length. */
final class AvroJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private AvroJson() {}

    static JsonNode of(Object value) {
        if (value == null) {
            return JSON.nullNode();
        } else if (value instanceof IndexedRecord r) {
            ObjectNode node = JSON.objectNode();
            for (Schema.Field field : r.getSchema().getFields()) {
                node.set(field.name(), of(r.get(field.pos())));
            }
            return node;
        } else if (value instanceof Collection<?> c) {
            ArrayNode node = JSON.arrayNode();
            c.forEach(v -> node.add(of(v)));
            return node;
        } else if (value instanceof Map<?, ?> m) {
            ObjectNode node = JSON.objectNode();
            m.forEach((k, v) -> node.set(k.toString(), of(v)));
            return node;
        } else if (value instanceof Double d) {
            return JSON.numberNode(d);
        } else if (value instanceof Float f) {
            return JSON.numberNode(f);
        } else if (value instanceof Long l) {
            return JSON.numberNode(l);
        } else if (value instanceof Integer i) {
            return JSON.numberNode(i);
        } else if (value instanceof Boolean b) {
            return JSON.booleanNode(b);
        } else if (value instanceof ByteBuffer b) {
            return JSON.textNode(b.remaining() + " bytes");
        }
        return JSON.textNode(value.toString());
    }
}
