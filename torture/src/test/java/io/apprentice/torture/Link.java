package io.apprentice.torture;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The network between one service and the brokers: all its connections go through here. It can be slow, or cut as a cable is:
 * then connections stay open and nothing comes through. What was sent meanwhile arrives when the link is whole again, even
 * if its sender has given up or is dead by then.
 */
@SuppressWarnings("FutureReturnValueIgnored") // whatever fails closes its connection, as on any network
final class Link {

    /** Bytes under way in one direction of a connection; beyond that its sender must wait. */
    private static final long MOST_UNDER_WAY = 4 << 20;

    private static final String LOCAL = "127.0.0.1";

    private final EventLoop loop;

    // used by the loop's thread only
    private final Set<Direction> directions = new HashSet<>();
    private final Queue<Runnable> heldUp = new ArrayDeque<>();
    private boolean cut;
    private long delayNanos;
    private long struck;

    /** @param loop moves all bytes of this link, and of others */
    Link(EventLoop loop) {
        this.loop = loop;
    }

    /** Opens a port of this machine; whoever connects to it is connected to the port {@code broker}. */
    int open(int broker) throws InterruptedException {
        Channel door = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel client) {
                        client.config().setAutoRead(false);
                        through(() -> connect(client, broker));
                    }
                })
                .bind(LOCAL, 0)
                .sync()
                .channel();
        return ((InetSocketAddress) door.localAddress()).getPort();
    }

    /** Nothing comes through any more, in neither direction. */
    void cut() throws InterruptedException {
        onLoop(() -> cut = true);
    }

    /** Whatever is sent takes longer, in both directions. */
    void slow(Duration delay) throws InterruptedException {
        onLoop(() -> delayNanos = delay.toNanos());
    }

    /** Ends what {@link #cut()} or {@link #slow} began; returns how many pieces of data were held up or late. */
    long restore() throws InterruptedException {
        return onLoop(() -> {
            cut = false;
            delayNanos = 0;
            heldUp.forEach(Runnable::run);
            heldUp.clear();
            directions.forEach(Direction::readOrWait);
            long pieces = struck;
            struck = 0;
            return pieces;
        });
    }

    /** How many pieces of data have been held up or late so far. */
    long struck() throws InterruptedException {
        return onLoop(() -> struck);
    }

    private <T> T onLoop(Callable<T> work) throws InterruptedException {
        try {
            return loop.submit(work).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Now, or when the link is whole again. */
    private void through(Runnable step) {
        if (cut) {
            struck++;
            heldUp.add(step);
        } else {
            step.run();
        }
    }

    private void connect(Channel client, int broker) {
        new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(LOCAL, broker)
                .addListener((ChannelFutureListener) connected -> {
                    if (connected.isSuccess()) {
                        Channel server = connected.channel();
                        client.pipeline().addLast(new Direction(client, server));
                        server.pipeline().addLast(new Direction(server, client));
                    } else {
                        client.close();
                    }
                });
    }

    /** One direction of a connection. */
    private final class Direction extends ChannelInboundHandlerAdapter {
        private final Channel from;
        private final Channel to;
        private long underWay;
        private final Queue<Runnable> late = new ArrayDeque<>();
        private long arrival = System.nanoTime();

        Direction(Channel from, Channel to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            directions.add(this);
            readOrWait();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            int size = bytes.readableBytes();
            underWay += size;
            send(() -> to.writeAndFlush(bytes).addListener(written -> {
                underWay -= size;
                readOrWait();
            }));
            readOrWait();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            directions.remove(this);
            send(() -> to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable reset) {
            from.close();
        }

        /** In order, however the delay changes. */
        private void send(Runnable piece) {
            long now = System.nanoTime();
            arrival = Math.max(arrival, now + delayNanos);
            if (arrival > now || !late.isEmpty()) {
                struck++;
                late.add(piece);
                loop.schedule(() -> through(late.remove()), arrival - now, TimeUnit.NANOSECONDS);
            } else {
                through(piece);
            }
        }

        private void readOrWait() {
            from.config().setAutoRead(!cut && underWay < MOST_UNDER_WAY);
        }
    }
}
