package io.apprentice.inference;

import io.apprentice.schemas.StudentManifest;

/** One whole student version as it was published: hash and length agree with the manifest. */
record StudentFile(String id, long version, StudentManifest manifest, byte[] bytes) {

    @Override
    public String toString() {
        return "student '%s' version %d".formatted(id, version);
    }
}
