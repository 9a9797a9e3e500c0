package io.apprentice.ingest.push;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * A picture that a sender has handed in, and waits to hear about.
 *
 * @param image the bytes of a JPEG or PNG, whole
 * @param sequence the sender's own count of its frames
 * @param capturedAt when it was captured, by the sender's clock
 * @param reply to be completed with what became of it
 */
public record PushedFrame(
        byte[] image, OptionalLong sequence, Optional<Instant> capturedAt, CompletableFuture<Reply> reply) {}
