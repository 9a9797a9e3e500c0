package io.apprentice.app.command;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Where the embedded broker keeps its topics. */
final class DataOption {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Keep topics and schemas in this folder and go on from there next time. Default: start afresh.")
    private Path data;

    List<String> settings() {
        return data == null ? List.of() : List.of("embedded.data=" + data.toAbsolutePath());
    }
}
