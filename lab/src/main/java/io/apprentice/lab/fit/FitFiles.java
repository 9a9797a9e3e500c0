package io.apprentice.lab.fit;

import io.apprentice.lab.UserError;
import io.apprentice.learning.fit.FitState;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * What a fit writes beside {@code NAME.safetensors}: {@code NAME.state} while it is not done, from which the same
 * command goes on after a kill, and its curves {@code NAME.csv} and {@code NAME.png}.
 *
 * @param weights where the weights go
 * @param fingerprint everything that decides what the weights become, as text
 */
record FitFiles(Path weights, String fingerprint) {

    Path csv() {
        return beside(".csv");
    }

    Path png() {
        return beside(".png");
    }

    Path state() {
        return beside(".state");
    }

    Path card() {
        return beside(".md");
    }

    private Path beside(String ending) {
        Path file = weights.toAbsolutePath();
        return file.resolveSibling(file.getFileName().toString().replaceFirst("\\.safetensors$", "") + ending);
    }

    /**
     * The state in which this fit was interrupted; empty if it was not.
     *
     * @throws UserError if the state belongs to another fit
     * @throws IOException if it cannot be read
     */
    Optional<FitState> interrupted() throws IOException {
        if (!Files.exists(state())) {
            return Optional.empty();
        }
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(state())))) {
            String theirs = in.readUTF();
            if (!theirs.equals(fingerprint)) {
                throw new UserError(
                        "%s is left from a fit with other options: remove it to start anew, or repeat its options to go on; expected %s, got %s"
                                .formatted(state(), fingerprint, theirs));
            }
            return Optional.of(FitState.read(in));
        } catch (java.io.EOFException | java.io.UTFDataFormatException e) {
            throw new IOException("%s: not the state of a fit; remove it to start anew".formatted(state()), e);
        }
    }

    /** Replaces the state, whole or not at all. */
    void save(FitState state) throws IOException {
        Files.createDirectories(state().getParent());
        Path part = beside(".state.part");
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(part)))) {
            out.writeUTF(fingerprint);
            state.write(out);
        }
        Files.move(part, state(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Deletes the state, since the fit is done. */
    void done() throws IOException {
        Files.deleteIfExists(state());
    }
}
