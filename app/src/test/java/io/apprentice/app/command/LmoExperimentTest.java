package io.apprentice.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.WdrNetArchitecture;
import io.apprentice.testing.ExampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With four objects in two images of LM-O, an untrained teacher and students of a few steps. */
class LmoExperimentTest {
    private static final List<String> IMAGES = List.of("3", "96");
    private static final String OBJECTS = "obj_000001,obj_000005,obj_000008,obj_000010";

    @TempDir
    private Path folder;

    private Path out;
    private Path teacher;

    @BeforeEach
    void write() throws IOException {
        out = folder.resolve("out");
        teacher = folder.resolve("teacher.safetensors");
        NetworkWeights.initial(
                        new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 4, 32),
                        1,
                        Map.of(NetworkWeights.OBJECTS, OBJECTS, NetworkWeights.CROP_SIZE, "64"))
                .write(teacher);
    }

    /** {@code lmo} in the test's folder: everything of the data's, but of the test images two. */
    private Path dataset() throws IOException {
        Path lmo = ExampleData.path("lmo");
        Path copy = folder.resolve("lmo");
        Path scene = Files.createDirectories(copy.resolve("test/000002/rgb")).getParent();
        for (String part : List.of("models", "models_eval", "recorded-teacher")) {
            Files.createDirectories(copy.resolve(part));
            try (Stream<Path> files = Files.list(lmo.resolve(part))) {
                for (Path file : files.toList()) {
                    Files.copy(file, copy.resolve(part).resolve(file.getFileName()));
                }
            }
        }
        for (String image : IMAGES) {
            String file = "test/000002/rgb/%06d.png".formatted(Integer.parseInt(image));
            Files.copy(lmo.resolve(file), copy.resolve(file));
        }
        for (String part : List.of("scene_camera.json", "scene_gt.json", "scene_gt_info.json")) {
            ObjectMapper json = new ObjectMapper();
            ObjectNode images = (ObjectNode)
                    json.readTree(lmo.resolve("test/000002").resolve(part).toFile());
            json.writeValue(scene.resolve(part).toFile(), images.retain(IMAGES));
        }
        return copy;
    }

    private CommandRun run(String... more) {
        List<String> args = new ArrayList<>(
                List.of("experiment", "lmo", "--data", folder.toString(), "--out", out.toString(), "--threads", "1"));
        args.addAll(List.of("--teacher", teacher.toString(), "--modes", "none,distribution+feature"));
        args.addAll(List.of("--rendered", "3"));
        args.addAll(List.of(more));
        return CommandRun.of(folder.resolve("log"), args.toArray(String[]::new));
    }

    private List<String> rows() throws IOException {
        return Files.readAllLines(out.resolve("runs.csv"));
    }

    @Test
    void run_givenSeeds_scoresEveryoneAndRepeatsNothing() throws IOException {
        Path lmo = dataset();

        CommandRun first = run("--images", "32", "--seeds", "2");

        assertThat(first.exit()).as(first.text()).isZero();
        assertThat(rows()).hasSize(1 + 2 + 1 + 2 * 2);
        assertThat(first.text())
                .contains("| region: truth | seeds | ape | can | driller | eggbox | mean |")
                .contains("| region: found |", "| `teacher` |  |", "| `none` | 2 |", "| `distribution+feature` | 2 |");
        assertThat(Files.readString(out.resolve("table.md"))).contains("| `upenn-kpts` |  |");
        JsonNode evaluated = new ObjectMapper()
                .readTree(CommandRun.of(
                                folder.resolve("log"),
                                "evaluate",
                                "--bop",
                                lmo.toString(),
                                "--targets",
                                "visible",
                                "--json",
                                "--results",
                                lmo.resolve("recorded-teacher/upenn-kpts_lmo-test.csv")
                                        .toString())
                        .text());
        assertThat(first.text())
                .contains(
                        "| rendered | seeds |",
                        "| votes off, region: truth | seeds |",
                        "| votes off, rendered | seeds |");
        assertThat(cell("teacher", "rendered_mean")).isBetween(0.0, 1.0);
        for (String votes : List.of("truth_votes", "rendered_votes")) {
            assertThat(cell("teacher", votes + "_mean")).isPositive().isLessThanOrEqualTo(1);
        }
        assertThat(cell("upenn-kpts", "found_obj_000005"))
                .isEqualTo(evaluated.at("/per_object/5/recall").asDouble());
        assertThat(cell("upenn-kpts", "found_mean"))
                .isCloseTo(
                        List.of(1, 5, 8, 10).stream()
                                .mapToDouble(n -> evaluated
                                        .at("/per_object/%d/recall".formatted(n))
                                        .asDouble())
                                .average()
                                .orElseThrow(),
                        within(1e-5));

        byte[] runs = Files.readAllBytes(out.resolve("runs.csv"));
        assertThat(run("--images", "32", "--seeds", "2").text()).doesNotContain("done in");
        assertThat(Files.readAllBytes(out.resolve("runs.csv"))).isEqualTo(runs);
        // killed between fit and row: the student is scored, not fitted again
        Files.write(out.resolve("runs.csv"), rows().subList(0, rows().size() - 1));
        assertThat(run("--images", "32", "--seeds", "2").text())
                .contains("distribution+feature seed 2 (7 of 7): done")
                .doesNotContain("fit distribution+feature-2");
        assertThat(Files.readAllBytes(out.resolve("runs.csv"))).isEqualTo(runs);
    }

    private double cell(String mode, String column) throws IOException {
        int at = List.of(rows().get(0).split(",")).indexOf(column);
        return rows().stream()
                .filter(row -> row.startsWith(mode + ","))
                .mapToDouble(row -> Double.parseDouble(row.split(",", -1)[at]))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void run_givenStudent_scoresItAndGoesOnFromIt() throws IOException {
        dataset();
        // of another width than the students: the backbone is what they share
        CommandRun given = run("--student", teacher.toString(), "--images", "16", "--seeds", "1");

        assertThat(given.exit()).as(given.text()).isZero();
        assertThat(rows().stream().map(row -> row.replaceFirst(",.*", "")))
                .containsExactlyInAnyOrder(
                        "mode",
                        "cnos-fastsammegapose",
                        "upenn-kpts",
                        "teacher",
                        "start",
                        "none",
                        "distribution+feature");
        assertThat(cell("start", "found_mean")).isEqualTo(cell("teacher", "found_mean"));
        CommandRun other = run("--images", "32", "--seeds", "1");
        assertThat(other.exit()).isEqualTo(1);
        assertThat(other.text()).contains("runs.csv: holds runs of another setting", "images 32", "images 16");
        Path stranger = folder.resolve("stranger.safetensors");
        NetworkWeights.read(teacher)
                .withMetadata(Map.of(NetworkWeights.OBJECTS, "a,b,c,d", NetworkWeights.CROP_SIZE, "64"))
                .write(stranger);
        assertThat(run("--student", stranger.toString()).text())
                .contains("--student: expected a network that knows [" + OBJECTS.replace(",", ", "), "[a, b, c, d]");
    }

    @Test
    void run_givenMistakes_saysSo() throws IOException {
        assertThat(run().text()).contains("lmo: expected --data DIR (or APPRENTICE_DATA) with lmo in it");
        Files.createDirectories(folder.resolve("lmo"));
        assertThat(run("--modes", "none+feature").text())
                .contains("--modes: expected none, pairwise", "'none+feature'");
        assertThat(run("--seeds", "0").text()).contains("--seeds: expected at least 1, got 0");
    }
}
