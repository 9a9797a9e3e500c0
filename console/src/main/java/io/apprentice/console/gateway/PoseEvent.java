package io.apprentice.console.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** A pose as readers get it. Its text is made once for all of them. */
final class PoseEvent {

    private static final byte[] END = "}".getBytes(StandardCharsets.UTF_8);

    private final int partition;
    private final long offset;
    private final String camera;
    private final String object;
    private final Place after;
    private final byte[] text;
    private final int data;

    /**
     * An event.
     *
     * @param after how far who has it has read; its id
     * @param json one line
     */
    PoseEvent(int partition, long offset, String camera, String object, Place after, String json) {
        this.partition = partition;
        this.offset = offset;
        this.camera = camera;
        this.object = object;
        this.after = after;
        String head = "event: pose\nid: %s\ndata: ".formatted(after);
        data = head.length();
        text = (head + json + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The same pose for a reader who has read further in other partitions. */
    PoseEvent at(Place place) {
        return place.equals(after) ? this : new PoseEvent(partition, offset, camera, object, place, json());
    }

    int partition() {
        return partition;
    }

    long offset() {
        return offset;
    }

    String camera() {
        return camera;
    }

    String object() {
        return object;
    }

    Place after() {
        return after;
    }

    /** The pose alone. */
    String json() {
        return new String(text, data, length(), StandardCharsets.UTF_8);
    }

    private int length() {
        return text.length - 2 - data;
    }

    int bytes() {
        return text.length;
    }

    /** As a server-sent event. */
    ByteBuf event() {
        return Unpooled.wrappedBuffer(text);
    }

    /** As a message of a WebSocket. */
    ByteBuf message() {
        byte[] head =
                "{\"event\":\"pose\",\"id\":\"%s\",\"data\":".formatted(after).getBytes(StandardCharsets.UTF_8);
        return Unpooled.wrappedBuffer(
                Unpooled.wrappedBuffer(head),
                Unpooled.wrappedBuffer(text, data, length()),
                Unpooled.wrappedBuffer(END));
    }
}
