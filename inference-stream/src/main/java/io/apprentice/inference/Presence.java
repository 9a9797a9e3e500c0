package io.apprentice.inference;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port that is open for as long as this process lives: however it dies, the kernel closes it at once. Who connects is told
 * which instance this is, and nothing else; what it sends is not read.
 */
final class Presence implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Presence.class);
    private static final int MOST_WATCHERS = 64;
    private static final int CONNECT_MILLIS = 2000;
    private static final Pattern INSTANCE = Pattern.compile("inference-(\\d{1,5})-[0-9a-f]{8}");

    private final ServerSocket socket;
    private final String instance;
    private final Thread thread = new Thread(this::accept, "inference-presence");

    /**
     * Opens any free port.
     *
     * @param host interface to listen on
     * @throws IllegalArgumentException if there is no such interface; names the key
     */
    Presence(String host) {
        try {
            socket = new ServerSocket(0, MOST_WATCHERS, InetAddress.getByName(host));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "inference.host must be an interface of this machine, got '%s': %s".formatted(host, e.getMessage()),
                    e);
        }
        instance = "inference-%d-%08x"
                .formatted(socket.getLocalPort(), ThreadLocalRandom.current().nextInt());
        thread.setDaemon(true);
        thread.start();
    }

    /** A name that no other process has; it says which port is open. */
    String instance() {
        return instance;
    }

    private void accept() {
        Deque<Socket> watchers = new ArrayDeque<>();
        while (!socket.isClosed()) {
            try {
                Socket watcher = socket.accept();
                watchers.add(watcher);
                if (watchers.size() > MOST_WATCHERS) {
                    watchers.remove().close(); // if it still watches, it comes again
                }
                watcher.getOutputStream().write(instance.getBytes(US_ASCII));
            } catch (IOException e) {
                LOG.debug("a watcher has gone", e);
            }
        }
        for (Socket watcher : watchers) {
            closeQuietly(watcher);
        }
    }

    private static void closeQuietly(Socket watcher) {
        try {
            watcher.close();
        } catch (IOException e) {
            LOG.debug("a watcher has gone", e);
        }
    }

    /** What a look at a process shows. */
    enum Sight {
        /** It lives. */
        ALIVE,
        /** Its machine answers, and nobody or somebody else has its port. */
        DEAD,
        /** Nothing answers, which may be a firewall, another network or a machine that is down. */
        UNSEEN
    }

    /** Whether a name is that of an instance which can be watched. */
    static boolean isInstance(String name) {
        return INSTANCE.matcher(name).matches();
    }

    /**
     * Connects to another instance and looks who answers.
     *
     * @param watcher not connected yet; stays connected if the answer is {@link Sight#ALIVE}
     * @param host of the instance
     */
    static Sight look(Socket watcher, String host, String instance) {
        Matcher matcher = INSTANCE.matcher(instance);
        if (!matcher.matches()) {
            return Sight.UNSEEN;
        }
        try {
            watcher.setSoTimeout(CONNECT_MILLIS);
            watcher.connect(new InetSocketAddress(host, Integer.parseInt(matcher.group(1))), CONNECT_MILLIS);
            InputStream in = watcher.getInputStream();
            byte[] answer = in.readNBytes(instance.length());
            watcher.setSoTimeout(0);
            return instance.equals(new String(answer, US_ASCII)) ? Sight.ALIVE : Sight.DEAD;
        } catch (ConnectException refused) {
            return Sight.DEAD;
        } catch (IOException e) {
            return Sight.UNSEEN;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
            thread.join(1000);
        } catch (IOException e) {
            LOG.debug("the port is closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
