package io.apprentice.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.WdrNetArchitecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way of a frame in one process, with untrained networks: nothing is found, and nothing may be lost. */
class UpIT {
    private static final int FRAMES = 40;

    @TempDir
    private Path folder;

    @Test
    void up_givenCameraThatEnds_answersEveryFrameTrainsOnEveryLabelAndStopsByItself() throws IOException {
        Path weights = folder.resolve("untrained.safetensors");
        NetworkWeights.initial(
                        new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 32),
                        1,
                        Map.of(NetworkWeights.OBJECTS, "parcel", NetworkWeights.CROP_SIZE, "64"))
                .write(weights);
        Path summary = folder.resolve("summary.json");
        int exit = Main.commandLine(folder.resolve("log"))
                .execute(
                        "up",
                        "--camera=synthetic:parcel?frames=" + FRAMES,
                        "--rate=max",
                        "--stride=4",
                        "--teacher=" + weights,
                        "--student=" + weights,
                        "--summary=" + summary,
                        "--data=" + folder.resolve("data"),
                        "--set=inference.state-directory=" + folder.resolve("streams"),
                        "--set=topics.prefix=it-");
        assertThat(exit).isZero();
        JsonNode result = new ObjectMapper().readTree(summary.toFile());
        assertThat(result.get("frames").asInt()).isEqualTo(FRAMES);
        assertThat(result.get("poses").asInt()).isEqualTo(FRAMES);
        assertThat(result.get("skipped").asInt()).isZero();
        assertThat(result.get("labelled").asInt()).isEqualTo(FRAMES / 4);
        assertThat(result.get("labels_trained").asInt()).isEqualTo(FRAMES / 4);
        assertThat(result.get("dead_letters").asInt()).isZero();
        assertThat(result.get("add01d_last").isNumber()).isTrue();
    }
}
