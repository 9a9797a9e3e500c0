package io.apprentice.ingest.live;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The child process in which FFmpeg runs, seen from its parent. */
final class Decoder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Decoder.class);
    private static final int MOST_LINES = 20;
    private static final int MOST_CHARACTERS = 300;
    private static final long FAREWELL_MILLIS = 1500;
    private static final int KILLED = 128;

    private final Process process;
    private volatile String camera = "none yet";
    private final DataOutputStream requests;
    private final DataInputStream messages;

    /**
     * Starts a decoder.
     *
     * @throws IOException if the program cannot be started
     */
    Decoder(List<String> command) throws IOException {
        process = new ProcessBuilder(command).start();
        requests = new DataOutputStream(process.getOutputStream());
        messages = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16));
        Thread log = new Thread(this::log, "decoder-" + process.pid() + "-log");
        log.setDaemon(true);
        log.start();
    }

    /** The first lines of standard error, which is otherwise read and forgotten. */
    private void log() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            char[] line = new char[MOST_CHARACTERS];
            int length = 0;
            int said = 0;
            for (int c = lines.read(); c >= 0; c = lines.read()) {
                if (c == '\n') {
                    if (length > 0 && said++ < MOST_LINES) {
                        LOG.warn("camera {}: decoder: {}", camera, Address.masked(new String(line, 0, length)));
                    }
                    length = 0;
                } else if (length < line.length) {
                    line[length++] = (char) c;
                }
            }
        } catch (IOException e) {
            LOG.debug("camera {}: standard error of the decoder: {}", camera, e.toString());
        }
    }

    /** Says for whom it works, for the log. */
    void assign(String id) {
        camera = id;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void send(Request request) throws IOException {
        request.write(requests);
        requests.flush();
    }

    /**
     * Waits for the next message.
     *
     * @throws IOException if the decoder ended, or sent something else
     */
    Message read() throws IOException {
        return Message.read(messages);
    }

    /** Ends it at once, whatever it does; for any thread. */
    void kill() {
        process.destroyForcibly();
    }

    /** How it ended, once its output has; kills it if it did not. */
    String epitaph() throws InterruptedException {
        if (!process.waitFor(FAREWELL_MILLIS, TimeUnit.MILLISECONDS)) {
            kill();
            return "the decoder closed its output";
        }
        int code = process.exitValue();
        return code > KILLED
                ? "the decoder was killed by signal " + (code - KILLED)
                : "the decoder ended with code " + code;
    }

    /** Lets it take leave of the camera for a moment, then kills it. */
    @Override
    public void close() {
        try {
            requests.close();
            if (!process.waitFor(FAREWELL_MILLIS, TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (IOException e) {
            kill();
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }
}
