package io.apprentice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {

    private static final String[] ALL = {
        "java",
        "memory",
        "cores",
        "networks",
        "disk",
        "disk",
        "disk",
        "disk",
        "broker",
        "registry",
        "camera",
        "object",
        "teacher",
        "student"
    };

    @TempDir
    private Path folder;

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
        assertThat(lines).map(line -> line.substring(2, 12).strip()).containsExactly(ALL);
        assertThat(lines.get(0)).startsWith("✓ java      " + Runtime.version());
        assertThat(lines.get(3)).contains("run on ", "PyTorch 2.7.1");
        assertThat(run.exit()).isEqualTo(run.text().contains("✗") ? 1 : 0);
    }

    @Test
    void doctor_json_saysTheSame() throws Exception {
        CommandRun run = doctor("--json");
        JsonNode findings = new ObjectMapper().readTree(run.text());
        assertThat(findings).map(f -> f.get("what").asText()).containsExactly(ALL);
        assertThat(findings.get(2).get("count").asInt())
                .isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(findings.get(3).get("libtorch").asText()).startsWith("2.7.1");
        assertThat(findings).allSatisfy(f -> assertThat(f.get("ok").asBoolean()).isEqualTo(!f.has("to_do")));
    }

    @Test
    void doctor_givenMistakes_saysOfEachWhatToDoAndLooksAtTheRest() throws Exception {
        Path pictures = Files.createDirectory(folder.resolve("pictures"));
        Files.write(pictures.resolve("1.png"), ImageCodec.encodePng(new RgbImage(64, 48, new byte[3 * 64 * 48])));
        Path calibration = Files.writeString(
                folder.resolve("camera.json"), "{\"fx\": 3.6, \"fy\": 3.6, \"cx\": 31.5, \"cy\": 23.5}");
        Path box = Files.writeString(
                folder.resolve("box.obj"),
                "v 0 0 0\nv 14 0 0\nv 0 16 0\nv 0 0 12\nf 1 2 3\nf 1 3 4\nf 2 3 4\nf 1 2 4\n");
        CommandRun run = doctor(
                "--camera=images:" + pictures,
                "--camera=none=video:" + folder.resolve("no.mp4"),
                "--intrinsics=" + calibration,
                "--object=box=" + box,
                "--object=mug=builtin:parcel",
                "--set=kafka.bootstrap.servers=127.0.0.1:1",
                "--set=registry.url=http://127.0.0.1:1");
        assertThat(run.text().lines())
                .anySatisfy(line -> assertThat(line).startsWith("✗ camera").contains("camera.json", "fx"))
                .anySatisfy(line -> assertThat(line).startsWith("✗ camera").contains("no.mp4", "no such file"))
                .anySatisfy(line -> assertThat(line).startsWith("✗ object").contains("box.obj", "with the unit cm"))
                .anySatisfy(line -> assertThat(line).startsWith("✓ object    mug"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("✗ broker    127.0.0.1:1: no broker answers at 127.0.0.1:1; start it"))
                .anySatisfy(line -> assertThat(line).startsWith("✗ registry  http://127.0.0.1:1: "));
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void doctor_givenNoCalibration_saysWhatIsAssumed() throws Exception {
        Files.write(folder.resolve("1.png"), ImageCodec.encodePng(new RgbImage(64, 48, new byte[3 * 64 * 48])));
        assertThat(doctor("--camera=images:" + folder).text().lines())
                .anySatisfy(line -> assertThat(line)
                        .startsWith("✗ camera")
                        .contains("64x48", "fx 64", "INTRINSICS UNKNOWN", "--intrinsics FILE"));
    }
}
