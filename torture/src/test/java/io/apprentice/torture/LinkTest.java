package io.apprentice.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.nio.NioEventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LinkTest {

    private static final int SHORT_MILLIS = 200;
    private static final int LONG_MILLIS = 20_000;

    private final NioEventLoopGroup network = new NioEventLoopGroup(1);
    private final Link link = new Link(network.next());
    private ServerSocket server;
    private int door;

    @BeforeEach
    void open() throws IOException, InterruptedException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        door = link.open(server.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        network.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), door);
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** As many characters as {@code text} has must come, and be these. */
    private static void assertComes(Socket socket, String text) throws IOException {
        socket.setSoTimeout(LONG_MILLIS);
        byte[] bytes = socket.getInputStream().readNBytes(text.length());
        assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(text);
    }

    private static void assertNothingComes(Socket socket) throws IOException {
        socket.setSoTimeout(SHORT_MILLIS);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void open_passesBytesInBothDirections() throws IOException, InterruptedException {
        try (Socket client = connect();
                Socket served = server.accept()) {
            write(client, "to");
            assertComes(served, "to");
            write(served, "fro");
            assertComes(client, "fro");
        }
        assertThat(link.restore()).isZero();
    }

    @Test
    void open_givenEndOfOneSide_endsTheOther() throws IOException {
        try (Socket client = connect()) {
            server.accept().close();
            client.setSoTimeout(LONG_MILLIS);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void cut_holdsUpWhatIsSentUntilRestore() throws IOException, InterruptedException {
        try (Socket client = connect();
                Socket served = server.accept()) {
            write(client, "before");
            assertComes(served, "before");
            link.cut();
            write(client, "to");
            write(served, "fro");
            assertNothingComes(served);
            assertNothingComes(client);
            assertThat(link.restore()).isEqualTo(2);
            assertComes(served, "to");
            assertComes(client, "fro");
        }
    }

    @Test
    void cut_deliversLateWhatASenderThatIsGoneHasSent() throws IOException, InterruptedException {
        try (Socket client = connect();
                Socket served = server.accept()) {
            write(client, "before");
            assertComes(served, "before");
            link.cut();
            write(client, "late");
            client.shutdownOutput();
            assertNothingComes(served);
            link.restore();
            assertComes(served, "late");
            assertThat(served.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void cut_letsNobodyConnect() throws IOException, InterruptedException {
        link.cut();
        server.setSoTimeout(SHORT_MILLIS);
        try (Socket client = connect()) {
            write(client, "hello");
            assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
            link.restore();
            server.setSoTimeout(LONG_MILLIS);
            try (Socket served = server.accept()) {
                assertComes(served, "hello");
            }
        }
    }

    @Test
    void slow_delaysAndKeepsTheOrder() throws IOException, InterruptedException {
        try (Socket client = connect();
                Socket served = server.accept()) {
            link.slow(Duration.ofMillis(SHORT_MILLIS));
            long start = System.nanoTime();
            write(client, "slow");
            assertComes(served, "slow");
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(SHORT_MILLIS));
            link.slow(Duration.ofMillis(10L * SHORT_MILLIS));
            write(client, "first");
            assertNothingComes(served); // it is on its way
            assertThat(link.restore()).isEqualTo(2);
            write(client, "second");
            assertComes(served, "firstsecond");
        }
    }
}
