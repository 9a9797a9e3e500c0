package io.apprentice.wire;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.List;
import java.util.Optional;

/** Lets only students through that one of its keys has signed, if it has keys. Thread-safe. */
public final class StudentVerifier {

    /** Lets all through. */
    public static final StudentVerifier NONE = new StudentVerifier(List.of());

    private final List<PublicKey> keys;

    private StudentVerifier(List<PublicKey> keys) {
        this.keys = keys;
    }

    /**
     * Reads the keys.
     *
     * @throws IllegalArgumentException if one cannot be read, or there is none; names file and setting
     */
    public static StudentVerifier of(SigningSettings settings) {
        Path file = settings.publicKeys();
        return file.toString().isEmpty() ? NONE : new StudentVerifier(SigningKeys.publicKeys(file));
    }

    /**
     * Checks the signature of a version.
     *
     * @param sha256 of the file, reckoned anew
     * @throws IllegalArgumentException if there is none, or none of the keys made it
     */
    public void require(String student, long version, String sha256, Optional<ByteBuffer> signature) {
        if (keys.isEmpty()) {
            return;
        }
        if (signature.isEmpty()) {
            throw new IllegalArgumentException("expected a signature (models.signing.public-keys is set), got none");
        }
        byte[] bytes = Bytes.of(signature.get());
        if (keys.stream().noneMatch(key -> made(key, SigningKeys.signed(student, version, sha256), bytes))) {
            throw new IllegalArgumentException(
                    "expected a signature by one of the %d keys of models.signing.public-keys, got another one"
                            .formatted(keys.size()));
        }
    }

    private static boolean made(PublicKey key, byte[] signed, byte[] signature) {
        try {
            Signature check = Signature.getInstance(SigningKeys.ALGORITHM);
            check.initVerify(key);
            check.update(signed);
            return check.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // not a signature at all
        }
    }
}
