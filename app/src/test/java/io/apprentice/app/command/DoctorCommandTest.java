package io.apprentice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apprentice.pose.network.TorchRuntime;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {

    @TempDir
    private Path folder;

    /** Its log line is not part of what the command prints. */
    @BeforeAll
    static void loadEngine() {
        TorchRuntime.initialise();
    }

    private CommandRun doctor(String... options) {
        String[] args = new String[options.length + 1];
        args[0] = "doctor";
        System.arraycopy(options, 0, args, 1, options.length);
        return CommandRun.of(folder.resolve("doctor.log"), args);
    }

    @Test
    void doctor_onThisMachine_printsOneLineEach() {
        CommandRun run = doctor();
        List<String> lines = run.text().lines().toList();
        assertThat(lines)
                .map(line -> line.substring(2, 12).strip())
                .containsExactly("java", "memory", "cores", "networks");
        assertThat(lines.get(0)).startsWith("✓ java      " + Runtime.version());
        assertThat(lines.get(3)).contains("run on ", "PyTorch 2.7.1");
        assertThat(run.exit()).isEqualTo(run.text().contains("✗") ? 1 : 0);
    }

    @Test
    void doctor_json_saysTheSame() throws Exception {
        CommandRun run = doctor("--json");
        JsonNode findings = new ObjectMapper().readTree(run.text());
        assertThat(findings).map(f -> f.get("what").asText()).containsExactly("java", "memory", "cores", "networks");
        assertThat(findings.get(2).get("count").asInt())
                .isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(findings.get(3).get("libtorch").asText()).startsWith("2.7.1");
        assertThat(findings).allSatisfy(f -> assertThat(f.get("ok").asBoolean()).isEqualTo(!f.has("to_do")));
    }
}
