package io.apprentice.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** The reader of MCAP files in Node; without Node, npm or its packages the test is skipped. */
final class Node {

    private static final Path SOURCES = Path.of("src/test/node");
    private static final Path FOLDER = Path.of("target/node");

    private Node() {}

    /** What {@code read.mjs} prints of a file. */
    static JsonNode read(Path file) throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        assumeTrue(works("node", "--version") && works("npm", "--version"), "skipped: no node or no npm");
        try (Stream<Path> sources = Files.list(SOURCES)) {
            for (Path source : sources.toList()) {
                Files.copy(source, FOLDER.resolve(source.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        assumeTrue(
                works("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"),
                "skipped: npm cannot install the reader's packages");
        Process process = start("node", "read.mjs", file.toAbsolutePath().toString());
        String text = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(text);
        }
        return new ObjectMapper().readTree(text);
    }

    private static boolean works(String... command) throws InterruptedException {
        try {
            Process process = start(command);
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static Process start(String... command) throws IOException {
        return new ProcessBuilder(List.of(command))
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .start();
    }
}
