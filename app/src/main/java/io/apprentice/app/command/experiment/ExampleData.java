package io.apprentice.app.command.experiment;

import io.apprentice.lab.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where other people's pictures lie. */
final class ExampleData {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the experiment's data lies. Default: the environment variable APPRENTICE_DATA.")
    private Path data;

    /**
     * A part of it.
     *
     * @throws UserError if it is not there
     */
    Path folder(String experiment, String name) {
        String said = System.getenv("APPRENTICE_DATA");
        Path root = data != null ? data : said == null ? null : Path.of(said);
        if (root == null || !Files.isDirectory(root.resolve(name))) {
            throw new UserError("%s: expected --data DIR (or APPRENTICE_DATA) with %s in it, got %s"
                    .formatted(experiment, name, root));
        }
        return root.resolve(name);
    }
}
