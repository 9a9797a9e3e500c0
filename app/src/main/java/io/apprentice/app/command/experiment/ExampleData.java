package io.apprentice.app.command.experiment;

import io.apprentice.lab.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The folder of the example data, which does not come with the project. */
final class ExampleData {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the experiment's data lies. Default: the environment variable APPRENTICE_DATA.")
    private Path data;

    /**
     * A folder of the example data.
     *
     * @throws UserError if it is not there
     */
    Path folder(String experiment, String name) {
        String variable = System.getenv("APPRENTICE_DATA");
        Path root = data != null ? data : variable == null ? null : Path.of(variable);
        if (root == null || !Files.isDirectory(root.resolve(name))) {
            throw new UserError("%s: expected --data DIR (or APPRENTICE_DATA) with %s in it, got %s"
                    .formatted(experiment, name, root));
        }
        return root.resolve(name);
    }
}
