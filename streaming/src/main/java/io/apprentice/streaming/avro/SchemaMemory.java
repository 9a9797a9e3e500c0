package io.apprentice.streaming.avro;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a registry has answered, on disk: a file for each answer, with its hash, in a folder for each Kafka cluster. Ids have
 * a meaning only beside the records that contain them. Several processes may use a folder.
 */
final class SchemaMemory {

    private static final Logger log = LoggerFactory.getLogger(SchemaMemory.class);
    private static final int MOST_CLUSTERS = 5;
    private static final int MOST_ANSWERS = 500;

    private final Path folder;

    /**
     * Makes the folder of a cluster; those of the clusters used longest ago are deleted.
     *
     * @param folder of all clusters
     * @throws UncheckedIOException if it cannot be written
     */
    SchemaMemory(Path folder, String cluster) {
        this.folder = folder.resolve(cluster);
        try {
            Files.createDirectories(this.folder);
            Files.setLastModifiedTime(this.folder, FileTime.from(Instant.now()));
            List<Path> clusters = list(folder);
            clusters.stream()
                    .sorted(Comparator.comparing(SchemaMemory::used).reversed())
                    .skip(MOST_CLUSTERS)
                    .forEach(SchemaMemory::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int size() {
        return list(folder).size();
    }

    /** An answer that is there and whole. */
    Optional<String> get(String question) {
        Path file = folder.resolve(question);
        try {
            String content = Files.readString(file);
            int end = content.indexOf('\n');
            String answer = content.substring(end + 1);
            if (end > 0 && content.substring(0, end).equals(sha256(answer))) {
                return Optional.of(answer);
            }
            log.warn("{} is damaged and not used", file);
        } catch (NoSuchFileException e) {
            log.debug("{} was not asked before", question);
        } catch (IOException e) {
            log.warn("{} cannot be read: {}", file, e.toString());
        }
        return Optional.empty();
    }

    /** @param question a file's name */
    void put(String question, String answer) {
        Path file = folder.resolve(question);
        try {
            if (get(question).isEmpty() && size() < MOST_ANSWERS) {
                Path whole = Files.createTempFile(folder, "new", "");
                try {
                    Files.writeString(whole, sha256(answer) + "\n" + answer);
                    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
                } finally {
                    Files.deleteIfExists(whole);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            log.warn("a schema is not remembered in {}: {}", file, e.toString());
        }
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileTime used(Path folder) {
        try {
            return Files.getLastModifiedTime(folder);
        } catch (IOException e) {
            return FileTime.fromMillis(0); // another process deletes it
        }
    }

    private static void delete(Path folder) {
        try {
            for (Path file : list(folder)) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            log.debug("{} stays", folder, e);
        }
    }

    static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
