package io.apprentice.inference;

import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.WdrNetArchitecture;
import io.apprentice.schemas.StudentManifest;
import io.apprentice.schemas.StudentModel;
import io.apprentice.schemas.TrainingLineage;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Untrained students for tests: real networks that find nothing. */
final class Students {

    private static final int PARTS = 3;

    private Students() {}

    /** The parts of one version of student "student" that knows {@code object}. */
    static List<StudentModel> parts(long version, String object) {
        return parts(weights(version, object).toBytes(), version, object, PARTS);
    }

    /** A network that knows {@code object}, another one for each seed. */
    static NetworkWeights weights(long seed, String object) {
        return NetworkWeights.initial(
                new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 32),
                seed,
                Map.of(NetworkWeights.OBJECTS, object, NetworkWeights.CROP_SIZE, "64"));
    }

    /** Signs a version. */
    interface Sign {
        Optional<ByteBuffer> of(String student, long version, String sha256);
    }

    /** The same with a signature. */
    static List<StudentModel> signed(long version, String object, Sign sign) {
        List<StudentModel> parts = parts(version, object);
        StudentManifest manifest = parts.get(0).getManifest();
        ByteBuffer signature = sign.of("student", version, manifest.getSha256()).orElseThrow();
        parts.forEach(part -> part.getManifest().setSignature(signature.duplicate()));
        return parts;
    }

    /** A file in {@code count} parts as a version of student "student" that knows {@code object}. */
    static List<StudentModel> parts(byte[] file, long version, String object, int count) {
        StudentManifest manifest = new StudentManifest(
                "wdrnet-darknet-tiny-h",
                List.of(object),
                sha256(file),
                (long) file.length,
                Instant.EPOCH,
                null,
                new TrainingLineage(sha256(file), 1L, 0L, 0L, 0L, Map.of()),
                Map.of(),
                null,
                null);
        List<StudentModel> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] part = Arrays.copyOfRange(
                    file, (int) ((long) i * file.length / count), (int) ((i + 1L) * file.length / count));
            parts.add(new StudentModel("student", version, i, count, manifest, ByteBuffer.wrap(part)));
        }
        return parts;
    }

    static String key(StudentModel part) {
        return part.getStudentId() + "/" + part.getVersion() + "/" + part.getPart();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
