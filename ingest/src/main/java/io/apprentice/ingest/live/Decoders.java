package io.apprentice.ingest.live;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decoders of all live cameras of this process. While there is a camera, one spare is ready: to start a decoder takes a
 * second or more, and a camera whose decoder was lost does not have to wait for that. Thread-safe.
 */
final class Decoders {

    /** Those of this process. */
    static final Decoders SHARED = new Decoders(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms16m",
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:+DisplayVMOutputToStderr",
            "-XX:ErrorFile=/dev/null", // the log names a crash; a file in the user's folder is too much
            "-XX:-CreateCoredumpOnCrash", // the address would be in it
            "--enable-native-access=ALL-UNNAMED", // newer Javas warn of native code unless they are told
            "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
            "-cp",
            System.getProperty("java.class.path"),
            DecoderMain.class.getName()));

    private static final Logger LOG = LoggerFactory.getLogger(Decoders.class);

    private final List<String> command;
    private Optional<Decoder> spare = Optional.empty();
    private int cameras;

    /** @param command starts a decoder */
    Decoders(List<String> command) {
        this.command = List.copyOf(command);
    }

    /** A camera is there that will need decoders. */
    synchronized void join() {
        cameras++;
    }

    /** A camera is gone; the spare goes with the last one. */
    synchronized void leave() {
        cameras--;
        if (cameras == 0) {
            spare.ifPresent(Decoder::close);
            spare = Optional.empty();
        }
    }

    /**
     * A decoder for a camera, which closes it.
     *
     * @throws IOException if none can be started
     */
    synchronized Decoder take(String camera) throws IOException {
        Optional<Decoder> ready = spare.filter(Decoder::isAlive);
        Decoder taken = ready.isPresent() ? ready.get() : new Decoder(command);
        taken.assign(camera);
        try {
            spare = Optional.of(new Decoder(command));
        } catch (IOException e) {
            spare = Optional.empty();
            LOG.debug("no spare decoder", e); // the next camera that needs one will tell
        }
        return taken;
    }
}
