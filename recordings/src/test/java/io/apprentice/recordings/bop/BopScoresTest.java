package io.apprentice.recordings.bop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.PoseMatrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dataset of one image with three tetrahedra, 100 mm large, two of them alike. */
class BopScoresTest {

    private static final double[] UNTURNED = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    private static final String MESH = """
            ply
            format ascii 1.0
            element vertex 4
            property float x
            property float y
            property float z
            element face 1
            property list uchar int vertex_indices
            end_header
            0 0 0
            100 0 0
            0 60 0
            0 0 60
            3 0 1 2
            """;

    @TempDir
    Path dataset;

    @BeforeEach
    void write() throws IOException {
        Path models = Files.createDirectories(dataset.resolve("models_eval"));
        Files.writeString(models.resolve("obj_000001.ply"), MESH);
        Files.writeString(models.resolve("obj_000007.ply"), MESH);
        Files.writeString(
                models.resolve("models_info.json"), "{\"1\": {\"diameter\": 100}, \"7\": {\"diameter\": 100}}");
        Path scene = Files.createDirectories(dataset.resolve("test/000003"));
        String pose = "{\"cam_R_m2c\": [1, 0, 0, 0, 1, 0, 0, 0, 1], \"cam_t_m2c\": [%d, 0, 1000], \"obj_id\": %d}";
        Files.writeString(
                scene.resolve("scene_gt.json"),
                "{\"4\": [%s, %s, %s]}".formatted(pose.formatted(0, 1), pose.formatted(200, 1), pose.formatted(0, 7)));
        Files.writeString(
                scene.resolve("scene_gt_info.json"),
                "{\"4\": [{\"visib_fract\": 0.5}, {\"visib_fract\": 0.9}, {\"visib_fract\": 0.05}]}");
    }

    private void list(int object, int count) throws IOException {
        Files.writeString(
                dataset.resolve("test_targets_bop19.json"),
                "[{\"scene_id\": 3, \"im_id\": 4, \"obj_id\": %d, \"inst_count\": %d}]".formatted(object, count));
    }

    private static BopResult estimate(int object, double score, double xMm) {
        PoseMatrix pose = new PoseMatrix(UNTURNED, new double[] {0.001 * xMm, 0, 1});
        return new BopResult(3, 4, object, score, pose, -1);
    }

    private BopScores score(List<BopTarget> targets, BopResult... results) throws IOException {
        return BopScores.of(dataset.resolve("models_eval"), targets, List.of(results));
    }

    @Test
    void targets_givenBothKinds_areVisibleOrListed() throws IOException {
        assertThat(BopTargets.visible(dataset))
                .hasSize(2)
                .allMatch(target -> target.truth().objectId() == 1);
        assertThat(BopTargets.areListed(dataset)).isFalse();
        list(7, 1);
        assertThat(BopTargets.areListed(dataset)).isTrue();
        assertThat(BopTargets.listed(dataset))
                .singleElement()
                .matches(target -> target.truth().objectId() == 7);
        list(1, 1);
        assertThat(BopTargets.listed(dataset))
                .singleElement()
                .matches(target -> target.truth().visibleFraction() == 0.9);
    }

    @Test
    void targets_givenMoreListedThanTrue_saysSo() throws IOException {
        list(7, 2);
        assertThatThrownBy(() -> BopTargets.listed(dataset))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("test_targets_bop19.json: /0: expected at most the 1 instances of object 7");
    }

    @Test
    void of_givenTwoInstances_givesEachItsNearestOfTheBestEstimates() throws IOException {
        BopScores scores =
                score(BopTargets.visible(dataset), estimate(1, 0.5, 9), estimate(1, 0.9, 212), estimate(1, 0.4, 200));

        assertThat(scores.scores().get(0).error()).isCloseTo(0.009, within(1e-12));
        assertThat(scores.scores().get(1).error()).isCloseTo(0.012, within(1e-12)); // the exact one had the third score
        assertThat(scores.overall().correct()).isEqualTo(1);
        assertThat(scores.overall().recall()).isEqualTo(0.5);
        assertThat(scores.overall().meanError()).isCloseTo(0.0105, within(1e-12));
        assertThat(scores.overall().medianError()).isCloseTo(0.0105, within(1e-12));
        assertThat(scores.overall().area()).isCloseTo(0.895, within(1e-12));
    }

    @Test
    void of_givenNoEstimate_countsTheTargetAsMissed() throws IOException {
        BopScores scores = score(BopTargets.visible(dataset), estimate(7, 1, 0), estimate(1, 1, 0));

        assertThat(scores.scores().get(1).found()).isFalse();
        assertThat(scores.perObject()).containsOnlyKeys(1);
        assertThat(scores.overall().withEstimate()).isEqualTo(1);
        assertThat(scores.overall().recall()).isEqualTo(0.5);
        assertThat(score(BopTargets.visible(dataset)).overall().medianError()).isNaN();
    }

    @Test
    void of_givenAbsurdEstimate_isWrongNotAnError() throws IOException {
        double huge = Double.MAX_VALUE;
        PoseMatrix absurd =
                new PoseMatrix(new double[] {huge, -huge, 0, huge, huge, huge, 0, 0, 0}, new double[] {1, 1, 1});
        BopScores scores = score(BopTargets.visible(dataset), new BopResult(3, 4, 1, 1, absurd, -1));

        assertThat(scores.overall().correct()).isZero();
    }
}
