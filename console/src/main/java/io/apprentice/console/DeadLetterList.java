package io.apprentice.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apprentice.streaming.kafka.Received;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import org.apache.kafka.common.header.Header;

/** The newest dead letters: headers and the first bytes of each. Bounded; thread-safe. */
final class DeadLetterList {

    private static final int MOST = 50;
    private static final int MOST_HEADERS = 30;
    private static final int PREVIEW_BYTES = 192;
    private static final int LONGEST_HEADER = 2_000;
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    private final Deque<ObjectNode> letters = new ArrayDeque<>();
    private long count;
    private long since = Long.MAX_VALUE;

    synchronized void add(Received record) {
        count++;
        since = Math.min(since, record.timestamp());
        byte[] value = record.value() == null ? new byte[0] : record.value();
        ObjectNode letter = JsonNodeFactory.instance
                .objectNode()
                .put("place", "%d@%d".formatted(record.partition(), record.offset()))
                .put("at", record.timestamp())
                .put("key", record.key() == null ? "" : text(record.key(), PREVIEW_BYTES))
                .put("bytes", value.length)
                .put("hex", HEX.formatHex(Arrays.copyOf(value, Math.min(value.length, PREVIEW_BYTES))))
                .put("text", text(value, PREVIEW_BYTES));
        ObjectNode headers = letter.putObject("headers");
        for (Header header : record.headers()) {
            if (headers.size() < MOST_HEADERS && header.value() != null) {
                headers.put(header.key(), text(header.value(), LONGEST_HEADER));
            }
        }
        letters.addFirst(letter);
        if (letters.size() > MOST) {
            letters.removeLast();
        }
    }

    /** What can be read of bytes; the rest as dots. */
    private static String text(byte[] bytes, int most) {
        return new String(bytes, 0, Math.min(bytes.length, most), StandardCharsets.UTF_8)
                .replaceAll("[^\\P{C}\\n]|\\uFFFD", "·");
    }

    synchronized long count() {
        return count;
    }

    synchronized ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("count", count);
        if (count > 0) {
            json.put("since", since);
        }
        ArrayNode list = json.putArray("newest");
        letters.forEach(list::add);
        return json;
    }
}
