package io.apprentice.wire;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Optional;

/** Signs students by Ed25519, if it has a key. Thread-safe. */
public final class StudentSigner {

    /** Signs nothing. */
    public static final StudentSigner NONE = new StudentSigner(Optional.empty());

    private final Optional<PrivateKey> key;

    private StudentSigner(Optional<PrivateKey> key) {
        this.key = key;
    }

    /**
     * Reads the key.
     *
     * @throws IllegalArgumentException if it cannot be read; names file and setting
     */
    public static StudentSigner of(SigningSettings settings) {
        Path file = settings.privateKey();
        return file.toString().isEmpty() ? NONE : new StudentSigner(Optional.of(SigningKeys.privateKey(file)));
    }

    /**
     * The signature of a version: over its name and the hash of its file, so that no version can pass for another.
     *
     * @return empty without a key
     */
    public Optional<ByteBuffer> sign(String student, long version, String sha256) {
        return key.map(k -> sign(k, SigningKeys.signed(student, version, sha256)));
    }

    private static ByteBuffer sign(PrivateKey key, byte[] message) {
        try {
            Signature signature = Signature.getInstance(SigningKeys.ALGORITHM);
            signature.initSign(key);
            signature.update(message);
            return ByteBuffer.wrap(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK signs by Ed25519", e);
        }
    }
}
