package io.apprentice.console.gateway;

import io.apprentice.console.http.Refusal;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How far somebody has read.
 *
 * @param next offset of the next record, by partition
 */
record Place(SortedMap<Integer, Long> next) {

    private static final String FORM = "(\\d{1,6}:\\d{1,18})(,\\d{1,6}:\\d{1,18})*";

    static Place of(Map<Integer, Long> next) {
        return new Place(new TreeMap<>(next));
    }

    /**
     * As {@link #toString()} wrote it.
     *
     * @param name where it stands, for the message
     * @throws Refusal if it is none
     */
    static Place parse(String name, String text) {
        if (!text.matches(FORM)) {
            throw new Refusal(
                    HttpResponseStatus.BAD_REQUEST,
                    "%s: expected the id of an event such as 0:17,1:5, got '%s'".formatted(name, text));
        }
        SortedMap<Integer, Long> next = new TreeMap<>();
        for (String part : text.split(",", -1)) {
            String[] words = part.split(":", -1);
            next.put(Integer.parseInt(words[0]), Long.parseLong(words[1]));
        }
        return new Place(next);
    }

    /** Whether a record is still to come. */
    boolean isBefore(int partition, long offset) {
        return offset >= of(partition);
    }

    /** The next offset of a partition; 0 where nothing is known of it. */
    long of(int partition) {
        return next.getOrDefault(partition, 0L);
    }

    /** After that record. */
    Place after(int partition, long offset) {
        return furthest(Map.of(partition, offset + 1));
    }

    /** The further of both, for each partition. */
    Place furthest(Map<Integer, Long> other) {
        SortedMap<Integer, Long> both = new TreeMap<>(next);
        other.forEach((partition, offset) -> both.merge(partition, offset, Math::max));
        return new Place(both);
    }

    @Override
    public String toString() {
        return next.entrySet().stream()
                .map(e -> e.getKey() + ":" + e.getValue())
                .collect(Collectors.joining(","));
    }
}
