package io.apprentice.benchmarks.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apprentice.pose.network.NetworkArchive;
import io.apprentice.pose.network.Precision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaExportTest {

    private static final ExportedNetwork STUDENT = ExportedNetwork.ALL.get(4);

    @TempDir
    private static Path folder;

    @BeforeAll
    static void export() throws IOException {
        CudaExport.write(folder, List.of(STUDENT.name()));
    }

    private static JsonNode index() throws IOException {
        return new ObjectMapper().readTree(folder.resolve("index.json").toFile());
    }

    @Test
    void archives_areThoseThatTheProductLoadsOnGpu() throws IOException {
        for (JsonNode run : index().at("/networks/0/runs")) {
            Precision precision =
                    Precision.valueOf(run.get("precision").asText().toUpperCase(Locale.ROOT));
            byte[] expected = run.get("mode").asText().equals("inference")
                    ? NetworkArchive.inference(STUDENT.architecture(), precision)
                    : NetworkArchive.training(STUDENT.architecture(), precision);
            assertThat(folder.resolve(run.get("archive").asText())).hasBinaryContent(expected);
        }
        assertThat(index().at("/networks/0/runs")).hasSize(4);
        assertThat(folder.resolve(index().get("memory").asText())).hasBinaryContent(NetworkArchive.memory());
    }

    @Test
    void answers_haveTheSizesOfTheNetwork() throws IOException {
        int cells = 2 * (16 * 16 + 8 * 8 + 4 * 4 + 2 * 2);
        int patches = 2 * (16 * 16 + 8 * 8) * 48;
        for (JsonNode run : index().at("/networks/0/runs")) {
            List<Long> expected = run.get("mode").asText().equals("inference")
                    ? List.of(4L * cells, 64L * cells)
                    : List.of(4L * cells, 64L * cells, 4L * patches, 512L * cells);
            assertThat(run.get("outputs"))
                    .map(file -> Files.size(folder.resolve(file.asText())))
                    .isEqualTo(expected);
        }
    }

    /** Made by Python's integers from the formula, not by this code. */
    @Test
    void numberRule_isThatOfTheFormula() {
        float[] three = new float[3];
        new NumberRule(1).fill(three, 0, 3, 0, 1);
        assertThat(three).containsExactly(4944503 / 0x1p23f, -8237858 / 0x1p23f, 2928780 / 0x1p23f);
        assertThat(new NumberRule(1).bytes(3)).containsExactly((byte) 203, (byte) 2, (byte) 172);
        assertThat(new NumberRule(1).index(2, 1000)).isEqualTo(674);
    }

    /** Its limits are in the script: it fails if any answer is further from the truth than they allow. */
    @Test
    void check_onTheCpu_holds() throws Exception {
        Optional<String> python = pythonWithTorch();
        assumeTrue(python.isPresent(), "skipped: neither APPRENTICE_PYTHON nor python3 can import torch and numpy");
        Process check = python(python.orElseThrow(), script(), folder.toString(), "--device", "cpu", "--no-timing");
        String text = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(check.waitFor()).as(text).isZero();
        assertThat(text).contains("10 of 10 comparisons hold");
    }

    @Test
    void check_givenAnotherAnswer_fails() throws Exception {
        Optional<String> python = pythonWithTorch();
        assumeTrue(python.isPresent(), "skipped: neither APPRENTICE_PYTHON nor python3 can import torch and numpy");
        Path other = Files.createDirectory(folder.resolve("other"));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, other.resolve(file.getFileName()));
            }
        }
        Files.copy(
                folder.resolve("student-parcel.training.bfloat16.pt"),
                other.resolve("student-parcel.training.float32.pt"),
                StandardCopyOption.REPLACE_EXISTING);
        Process check = python(python.orElseThrow(), script(), other.toString(), "--device", "cpu", "--no-timing");
        String text = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(check.waitFor()).as(text).isEqualTo(1);
        assertThat(text).contains("FAIL student-parcel training  float32");
    }

    private static String script() {
        return Path.of("cuda", "check.py").toAbsolutePath().toString();
    }

    private static Process python(String... command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static Optional<String> pythonWithTorch() throws InterruptedException {
        String candidate = System.getenv().getOrDefault("APPRENTICE_PYTHON", "python3");
        try {
            Process process = new ProcessBuilder(candidate, "-c", "import torch, numpy")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean works = process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
            return works ? Optional.of(candidate) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
