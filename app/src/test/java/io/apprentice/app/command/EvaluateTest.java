package io.apprentice.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.WdrNetArchitecture;
import io.apprentice.recordings.bop.BopResult;
import io.apprentice.recordings.bop.BopResults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evaluate --bop} on a dataset of one black image with two boxes 100 mm long, one of them hidden. */
class EvaluateTest {
    private static final String MESH = """
            ply
            format ascii 1.0
            element vertex 4
            property float x
            property float y
            property float z
            element face 2
            property list uchar int vertex_indices
            end_header
            0 0 0
            80 0 0
            0 60 0
            0 0 60
            3 0 1 2
            3 0 1 3
            """;

    @TempDir
    private Path dataset;

    @BeforeEach
    void write() throws IOException {
        for (String folder : List.of("models", "models_eval")) {
            Path models = Files.createDirectories(dataset.resolve(folder));
            Files.writeString(models.resolve("obj_000002.ply"), MESH);
            Files.writeString(models.resolve("models_info.json"), "{\"2\": {\"diameter\": 100}}");
        }
        Path scene = Files.createDirectories(dataset.resolve("test/000003/rgb")).getParent();
        Files.write(scene.resolve("rgb/000004.png"), ImageCodec.encodePng(RgbImage.black(160, 120)));
        Files.writeString(
                scene.resolve("scene_camera.json"), "{\"4\": {\"cam_K\": [200, 0, 80, 0, 200, 60, 0, 0, 1]}}");
        String pose = "{\"cam_R_m2c\": [1, 0, 0, 0, 1, 0, 0, 0, 1], \"cam_t_m2c\": [%d, 0, 500], \"obj_id\": 2}";
        Files.writeString(
                scene.resolve("scene_gt.json"), "{\"4\": [%s, %s]}".formatted(pose.formatted(0), pose.formatted(90)));
        Files.writeString(
                scene.resolve("scene_gt_info.json"), "{\"4\": [{\"visib_fract\": 1}, {\"visib_fract\": 0.05}]}");
        list(2);
    }

    private void list(int instances) throws IOException {
        Files.writeString(
                dataset.resolve("test_targets_bop19.json"),
                "[{\"scene_id\": 3, \"im_id\": 4, \"obj_id\": 2, \"inst_count\": %d}]".formatted(instances));
    }

    private Path results(int image) throws IOException {
        PoseMatrix pose = new PoseMatrix(new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, new double[] {0.008, 0, 0.5});
        Path file = dataset.resolve("x.csv");
        BopResults.write(file, List.of(new BopResult(3, image, 2, 0.9, pose, -1)));
        return file;
    }

    private CommandRun run(String... args) {
        return CommandRun.of(dataset.resolve("log"), args);
    }

    @Test
    void results_givenTwoTargetSets_scoreEach() throws IOException {
        String file = results(4).toString();
        JsonNode listed = new ObjectMapper()
                .readTree(run("evaluate", "--results", file, "--bop", dataset.toString(), "--json")
                        .text());
        assertThat(listed.get("targets").asText()).isEqualTo("listed");
        assertThat(listed.at("/overall/targets").asInt()).isEqualTo(2);
        assertThat(listed.at("/overall/recall").asDouble()).isEqualTo(0.5);
        assertThat(listed.at("/per_object/2/median_error_mm").asDouble()).isCloseTo(8, within(1e-9));

        assertThat(run("evaluate", "--results", file, "--bop", dataset.toString(), "--targets", "visible")
                        .text())
                .contains("visible targets", "     2        1          1        1  1.0000  0.9200      8.0        8.0");
    }

    @Test
    void results_givenTranslationsInMetres_areRefused() throws IOException {
        Path file = results(4);
        Files.writeString(file, Files.readString(file).replace("8.0 0.0 500.0", "0.008 0.0 0.5"));
        CommandRun answer = run("evaluate", "--results", file.toString(), "--bop", dataset.toString());
        assertThat(answer.text())
                .contains(
                        "x.csv: expected translations in millimetres, got a median distance of 0.500 where the objects")
                .contains("508 mm away; these seem to be metres: multiply them by 1000");
        assertThat(answer.exit()).isEqualTo(1);
    }

    private void remove(String folder) throws IOException {
        Files.delete(dataset.resolve(folder).resolve("obj_000002.ply"));
        Files.delete(dataset.resolve(folder).resolve("models_info.json"));
    }

    @Test
    void evaluate_givenOneFolderOfModels_takesIt() throws IOException {
        Path weights = dataset.resolve("untrained.safetensors");
        NetworkWeights.initial(new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 32), 1, Map.of("crop_size", "64"))
                .write(weights);
        String[] recorded = {"evaluate", "--results", results(4).toString(), "--bop", dataset.toString()};
        String[] network = {"evaluate", "--weights", weights.toString(), "--bop", dataset.toString()};
        String whole = run(recorded).text();
        remove("models_eval");
        assertThat(run(recorded).text()).contains(whole);
        remove("models");
        assertThat(run(recorded).text())
                .contains("expected models_eval/models_info.json or models/models_info.json")
                .doesNotContain("\tat ");
        write();
        remove("models");
        assertThat(run(network).text()).contains("untrained.safetensors, listed targets");
        assertThat(run(recorded).text()).contains(whole);
    }

    @Test
    void weights_givenDataset_writesWhatItAnswered() throws IOException {
        WdrNetArchitecture architecture = new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 32);
        Path weights = dataset.resolve("untrained.safetensors");
        NetworkWeights.initial(architecture, 1, Map.of("crop_size", "64")).write(weights);
        Path saved = dataset.resolve("saved.csv");
        for (String roi : List.of("truth", "found")) {
            CommandRun answer = run(
                    "evaluate",
                    "--weights",
                    weights.toString(),
                    "--bop",
                    dataset.toString(),
                    "--roi",
                    roi,
                    "--save-results",
                    saved.toString());
            assertThat(answer.text()).contains("untrained.safetensors, listed targets", "mean of objects");
            assertThat(answer.exit()).isZero();
            assertThat(BopResults.read(saved)).hasSizeLessThanOrEqualTo(1);
        }
    }

    @Test
    void results_givenEstimatesForOtherImages_saysSo() throws IOException {
        CommandRun answer = run("evaluate", "--results", results(5).toString(), "--bop", dataset.toString());
        assertThat(answer.exit()).isEqualTo(1);
        assertThat(answer.text()).contains("such as scene 3 image 4, got scene 3 image 5");
    }
}
