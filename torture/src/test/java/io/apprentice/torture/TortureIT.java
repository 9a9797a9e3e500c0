package io.apprentice.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * A short torture run, with a seed whose first rounds have each kind of fault; {@code torture/run --kills 300} is a long one.
 * What a broken promise leaves behind is kept.
 */
class TortureIT {

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path directory;

    @Test
    void run_with20Kills_keepsEveryPromise() {
        CommandLine run = new CommandLine(new Torture(System.out));
        int code = run.execute("--kills", "20", "--seed", "19", "--directory", directory.toString());
        assertThat(code).isZero();
    }
}
