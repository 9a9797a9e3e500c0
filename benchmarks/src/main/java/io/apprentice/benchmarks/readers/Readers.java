package io.apprentice.benchmarks.readers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLongArray;

/** Readers of server-sent events, all on one thread, which notes when each pose came. */
final class Readers implements AutoCloseable {

    private static final byte[] MARK = "\nid: 0:".getBytes(StandardCharsets.US_ASCII);
    private static final int BUFFER = 1 << 16;

    /** A reader of the stream, whatever parts it comes in. */
    private final class Reader {
        private int matched;
        private long offset;

        private void read(ByteBuffer bytes, long nanos) {
            while (bytes.hasRemaining()) {
                byte next = bytes.get();
                if (matched == MARK.length) {
                    if (next >= '0' && next <= '9') {
                        offset = 10 * offset + next - '0';
                        continue;
                    }
                    arrived(offset - 1, nanos); // an event's id is the place after it
                    offset = 0;
                    matched = 0;
                }
                matched = next == MARK[matched] ? matched + 1 : next == MARK[0] ? 1 : 0;
            }
        }
    }

    private final Selector selector = Selector.open();
    private final AtomicLongArray times;
    private final Delays delays;
    private final Thread thread = new Thread(this::run, "readers");
    private long poses;
    private volatile boolean closed;

    /**
     * Connects them.
     *
     * @param times when the topic's own reader got a pose, by offset; 0 if it has not yet
     */
    Readers(int count, InetSocketAddress address, AtomicLongArray times, Delays delays) throws IOException {
        this.times = times;
        this.delays = delays;
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(address);
            channel.write(ByteBuffer.wrap(request()));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, new Reader());
        }
        thread.setDaemon(true);
        thread.start();
    }

    static byte[] request() {
        return "GET /api/poses HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII);
    }

    private void run() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(BUFFER);
        try {
            while (!closed) {
                selector.select(key -> read(key, bytes), 100);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(SelectionKey key, ByteBuffer bytes) {
        try {
            bytes.clear();
            if (((SocketChannel) key.channel()).read(bytes) < 0) {
                throw new IOException("the gateway closed a reader's connection");
            }
            long nanos = System.nanoTime();
            ((Reader) key.attachment()).read(bytes.flip(), nanos);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void arrived(long offset, long nanos) {
        poses++;
        long there = times.get((int) offset);
        delays.add(there == 0 ? 0 : Math.max(0, nanos - there));
    }

    /** Poses of all readers together; after {@link #close()}. */
    long poses() {
        return poses;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
