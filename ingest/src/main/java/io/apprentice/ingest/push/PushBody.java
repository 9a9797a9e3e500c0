package io.apprentice.ingest.push;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/**
 * What a request carries, of which at most so many bytes are kept. What is over is read and thrown away: a sender hears an answer
 * only after it has sent everything, unless it has asked before ({@code Expect: 100-continue}).
 */
final class PushBody {

    /** Who sends more is cut off. */
    private static final long MOST_THROWN_AWAY = 1L << 30;

    private final int most;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private long size;

    private PushBody(int most) {
        this.most = most;
    }

    /** Reads a request to its end; fails if the sender goes away. */
    static Mono<PushBody> read(HttpServerRequest request, int most) {
        PushBody body = new PushBody(most);
        return request.receive().doOnNext(body::take).then(Mono.just(body));
    }

    private void take(ByteBuf part) {
        size += part.readableBytes();
        if (size > MOST_THROWN_AWAY) {
            throw new IllegalStateException("a body of more than " + MOST_THROWN_AWAY + " bytes");
        }
        if (size > most) {
            kept.reset();
            return;
        }
        byte[] bytes = new byte[part.readableBytes()];
        part.getBytes(part.readerIndex(), bytes);
        kept.writeBytes(bytes);
    }

    /** All bytes that came. */
    long size() {
        return size;
    }

    boolean isTooLarge() {
        return size > most;
    }

    byte[] bytes() {
        return kept.toByteArray();
    }
}
