package io.apprentice.recordings.bop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.apprentice.testing.ExampleData;
import io.apprentice.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Recalls of recorded estimators equal bop_toolkit's; source and tolerances: the fixture's README. */
class RecordedRecallParityTest {

    private static JsonNode fixture;

    @BeforeAll
    static void load() {
        fixture = Fixtures.read("lmo-recorded-recall.json");
    }

    @Test
    void scores_givenVisibleTargets_equalBopToolkit() throws IOException {
        assertThat(fixture.get("visib_fract_min").asDouble()).isEqualTo(BopTargets.LEAST_VISIBLE_FRACTION);
        List<BopTarget> targets = BopTargets.visible(ExampleData.path("lmo"));
        for (Map.Entry<String, JsonNode> method : fixture.get("methods").properties()) {
            BopScores scores = scores(method, targets);
            assertRecalls(method.getKey(), scores, method.getValue().get("visible_targets"));
            assertErrors(method.getKey(), scores, method.getValue().get("errors_mm"));
        }
    }

    @Test
    void scores_givenListedTargets_equalBopToolkit() throws IOException {
        List<BopTarget> targets = BopTargets.listed(ExampleData.path("lmo"));
        for (Map.Entry<String, JsonNode> method : fixture.get("methods").properties()) {
            assertRecalls(
                    method.getKey(), scores(method, targets), method.getValue().get("listed_targets"));
        }
    }

    private static BopScores scores(Map.Entry<String, JsonNode> method, List<BopTarget> targets) throws IOException {
        Path data = ExampleData.path("lmo");
        List<BopResult> results = BopResults.read(ExampleData.path("lmo/recorded-teacher/" + method.getKey()));
        assertThat(results).hasSize(method.getValue().get("rows").asInt());
        return BopScores.of(data.resolve("models_eval"), targets, results);
    }

    private static void assertRecalls(String method, BopScores scores, JsonNode expected) {
        assertThat(fixture.get("threshold_fraction_of_diameter").asDouble()).isEqualTo(BopScores.TENTH);
        SortedMap<Integer, BopScores.Recall> perObject = scores.perObject();
        assertThat(perObject).as(method).hasSameSizeAs(expected.get("per_object"));
        perObject.forEach((object, recall) -> {
            JsonNode own = expected.get("per_object").get(Integer.toString(object));
            assertRecall(method + " object " + object, recall, own);
            List<BopScores.Score> instances = scores.scores().stream()
                    .filter(score -> score.target().truth().objectId() == object)
                    .toList();
            own.get("recall_at").properties().forEach(at -> {
                double share = Double.parseDouble(at.getKey());
                assertThat(instances.stream()
                                        .filter(score -> score.within(share))
                                        .count()
                                / (double) recall.targets())
                        .as("%s object %d at %s", method, object, share)
                        .isEqualTo(at.getValue().asDouble());
            });
        });
        assertRecall(method, scores.overall(), expected.get("overall"));
        assertThat(scores.meanOfObjects())
                .as(method)
                .isCloseTo(expected.get("overall").get("mean_of_objects").asDouble(), within(1e-12));
    }

    private static void assertRecall(String what, BopScores.Recall recall, JsonNode expected) {
        assertThat(List.of(recall.targets(), recall.withEstimate(), recall.correct()))
                .as(what)
                .containsExactly(
                        expected.get("targets").asInt(),
                        expected.get("with_estimate").asInt(),
                        expected.get("correct").asInt());
        assertThat(recall.recall()).as(what).isEqualTo(expected.get("recall").asDouble());
    }

    private static void assertErrors(String method, BopScores scores, JsonNode expected) {
        Map<List<Integer>, BopScores.Score> byPlace = new HashMap<>();
        scores.scores()
                .forEach(score -> byPlace.put(
                        List.of(score.target().image(), score.target().truth().objectId()), score));
        assertThat(byPlace).as(method).hasSameSizeAs(expected);
        for (JsonNode entry : expected) {
            BopScores.Score score =
                    byPlace.get(List.of(entry.get(0).asInt(), entry.get(1).asInt()));
            assertThat(score.diameter())
                    .isCloseTo(
                            0.001
                                    * fixture.get("diameters_mm")
                                            .get(entry.get(1).asText())
                                            .asDouble(),
                            within(1e-12));
            assertThat(score.found())
                    .as("%s %s", method, entry)
                    .isEqualTo(!entry.get(2).isNull());
            if (score.found()) {
                assertThat(1000 * score.error())
                        .as("%s %s", method, entry)
                        .isCloseTo(entry.get(2).asDouble(), within(1e-6));
            }
        }
    }
}
