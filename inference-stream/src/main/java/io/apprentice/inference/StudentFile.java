package io.apprentice.inference;

import io.apprentice.schemas.StudentManifest;
import io.apprentice.wire.FileParts;
import io.apprentice.wire.StudentVerifier;
import java.util.Optional;

/** One whole student version as it was published: hash and length agree with the manifest. */
record StudentFile(String id, long version, StudentManifest manifest, byte[] bytes) {

    /** @throws IllegalArgumentException if hash or length are not the manifest's */
    StudentFile {
        String hash = FileParts.sha256(bytes);
        if (bytes.length != manifest.getSize() || !hash.equalsIgnoreCase(manifest.getSha256())) {
            throw new IllegalArgumentException("expected %d bytes with sha256 %s, got %d with %s"
                    .formatted(manifest.getSize(), manifest.getSha256(), bytes.length, hash));
        }
    }

    /**
     * Checks who made it.
     *
     * @throws IllegalArgumentException if that is nobody whom {@code verifier} trusts
     */
    void require(StudentVerifier verifier) {
        verifier.require(id, version, manifest.getSha256(), Optional.ofNullable(manifest.getSignature()));
    }

    @Override
    public String toString() {
        return "student '%s' version %d".formatted(id, version);
    }
}
