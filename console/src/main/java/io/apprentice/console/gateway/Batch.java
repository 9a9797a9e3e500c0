package io.apprentice.console.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a reader gets at once; nothing at all is a sign of life.
 *
 * @param missed poses before these that it was too slow for
 */
record Batch(long missed, List<PoseEvent> events) {

    static final Batch ALIVE = new Batch(0, List.of());

    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.UTF_8);

    /** As server-sent events. */
    ByteBuf text() {
        List<ByteBuf> parts = new ArrayList<>(events.size() + 1);
        if (missed > 0) {
            parts.add(utf8("event: missed\ndata: {\"missed\":%d}\n\n".formatted(missed)));
        }
        events.forEach(event -> parts.add(event.event()));
        return parts.isEmpty()
                ? Unpooled.wrappedBuffer(COMMENT)
                : Unpooled.wrappedBuffer(parts.toArray(ByteBuf[]::new));
    }

    /** As frames of a WebSocket. */
    List<WebSocketFrame> frames() {
        List<WebSocketFrame> frames = new ArrayList<>(events.size() + 1);
        if (missed > 0) {
            frames.add(
                    new TextWebSocketFrame(utf8("{\"event\":\"missed\",\"data\":{\"missed\":%d}}".formatted(missed))));
        }
        events.forEach(event -> frames.add(new TextWebSocketFrame(event.message())));
        return frames.isEmpty() ? List.of(new PingWebSocketFrame()) : frames;
    }

    private static ByteBuf utf8(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
    }
}
