package io.apprentice.ingest.push;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Optional;

/** What a sender says to be let in. Its text shows nothing of it. */
final class PushToken {

    private static final int BYTES = 32;
    private static final int SHORTEST = 8;
    private static final String SCHEME = "Bearer ";

    private final byte[] token;

    private PushToken(String token) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The first line of a file.
     *
     * @throws IOException if it cannot be read or is shorter than 8 characters; the message names the file
     */
    static PushToken read(Path file) throws IOException {
        Optional<String> line;
        try {
            line = Files.readString(file).lines().findFirst();
        } catch (IOException e) {
            throw new IOException("%s: cannot be read, expected a token in its first line".formatted(file), e);
        }
        String token = line.map(String::strip).orElse("");
        if (token.length() < SHORTEST) {
            throw new IOException("%s: expected a token of at least %d characters in its first line, got %d"
                    .formatted(file, SHORTEST, token.length()));
        }
        return new PushToken(token);
    }

    /** The same; where there is no file, one is made with a random token, for its owner alone. */
    static PushToken readOrMake(Path file) throws IOException {
        if (file.toString().isEmpty()) {
            throw new IOException("ingest.push.token-file must name a file, got nothing");
        }
        if (!Files.exists(file)) {
            byte[] random = new byte[BYTES];
            new SecureRandom().nextBytes(random);
            String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (var channel = Files.newByteChannel(
                    file,
                    EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                channel.write(StandardCharsets.UTF_8.encode(token + "\n"));
            } catch (FileAlreadyExistsException e) {
                return read(file); // another process was faster
            }
        }
        return read(file);
    }

    /** Whether a header {@code Authorization} has this token; takes as long whatever is wrong. */
    boolean isIn(String authorization) {
        String given = authorization.startsWith(SCHEME) ? authorization.substring(SCHEME.length()) : "";
        return MessageDigest.isEqual(token, given.strip().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "******";
    }
}
