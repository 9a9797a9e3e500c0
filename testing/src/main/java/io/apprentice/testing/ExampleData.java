package io.apprentice.testing;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;

/** Real frames with ground truth, which do not come with the project. */
public final class ExampleData {

    private ExampleData() {}

    /** A file or folder of the example data, as an absolute path; skips the test where it is absent. */
    public static Path path(String path) {
        String variable = System.getenv("APPRENTICE_DATA");
        Path data = Path.of(variable != null ? variable : "../../shared/data")
                .resolve(path)
                .toAbsolutePath();
        assumeThat(data).as("example data; set APPRENTICE_DATA").exists();
        return data;
    }
}
