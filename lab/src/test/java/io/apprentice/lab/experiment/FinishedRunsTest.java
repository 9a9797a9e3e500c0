package io.apprentice.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FinishedRunsTest {
    @TempDir
    private Path folder;

    private static FinishedRuns.Row row(String mode, long seed, double share, double reached) {
        return new FinishedRuns.Row(
                mode,
                seed,
                Map.of(
                        "after_held_n", 10.0,
                        "after_held_add10", share,
                        "after_held_teacher_add10", 0.9,
                        "steps", 100.0,
                        "caught_up_steps", reached));
    }

    @Test
    void table_givenSeeds_showsMeanAndStandardDeviation() {
        String table = ResultTable.of(
                List.of(row("none", 1, 0.5, 40), row("none", 2, 0.7, Double.NaN), row("pairwise", 1, 0.25, Double.NaN)),
                List.of("none", "pairwise", "frozen"),
                List.of("after"));

        assertThat(table.lines().toList()).hasSize(5);
        assertThat(table)
                .contains("| after held: ADD-0.1d |")
                .contains("| `none` | 2 | 0.600 ± 0.141 |", "40;  (1 of 2)", "| 100 |")
                .contains("| `pairwise` | 1 | 0.250 |", "not reached")
                .contains("| teacher |  | 0.900 |")
                .doesNotContain("frozen", "seen");
    }

    @Test
    void read_givenCurveWithoutItsRow_dropsIt() throws IOException {
        Files.writeString(folder.resolve("runs.csv"), "mode,seed,setting,steps\nnone,1,s,12\n");
        Files.writeString(folder.resolve("curves.csv"), """
                mode,seed,seconds,steps,teacher_calls,scored,student,teacher
                none,1,0.0,0.0,0.0,5,0.2,0.8
                none,2,0.0,0.0,0.0,5,0.4,0.8
                """);

        FinishedRuns runs = new FinishedRuns(folder, "s");

        assertThat(runs.has("none", 1)).isTrue();
        assertThat(runs.has("none", 2)).isFalse();
        assertThat(runs.rows().get(0).get("steps")).isEqualTo(12);
        assertThat(runs.curves()).hasSize(1);
        assertThat(Files.readAllLines(folder.resolve("curves.csv"))).hasSize(2);
    }

    @Test
    void read_givenBrokenRow_saysWhere() throws IOException {
        Files.writeString(folder.resolve("runs.csv"), "mode,seed,setting,steps\nnone,1,s\n");
        assertThatThrownBy(() -> new FinishedRuns(folder, "s"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("runs.csv: expected 4 columns");
        Files.writeString(folder.resolve("runs.csv"), "mode,seed,setting,steps\nnone,1,s,many\n");
        assertThatThrownBy(() -> new FinishedRuns(folder, "s")).hasMessageContaining("expected numbers");
    }
}
