package io.apprentice.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class CurvesTest {

    private static final long NOON = 1_800_000_000_000L;

    private final Curves curves = new Curves();

    private JsonNode all(long now) {
        return curves.json(0, 0, now);
    }

    @Test
    void json_givenRates_takesFiveSecondsAndIsUnknownBefore() {
        curves.add(Curves.LABELS, NOON, 1);
        curves.add(Curves.FRAMES, NOON + 1_000, 1);
        curves.add(Curves.FRAMES, NOON + 1_500, 1);
        curves.tick(NOON + 2_000);
        curves.tick(NOON + 3_000); // not complete yet, so not shown

        JsonNode json = all(NOON + 3_500);
        curves.tick(NOON + 9_000);
        assertThat(all(NOON + 10_000).at("/series/frames/4").asDouble()).isZero();

        assertThat(json.get("times").toString()).isEqualTo("[%d,%d,%d]".formatted(NOON, NOON + 1000, NOON + 2000));
        assertThat(json.at("/series/frames").toString()).isEqualTo("[null,2.0,1.0]");
        assertThat(json.at("/series/labels").toString()).isEqualTo("[1.0,0.5,0.3333]");
    }

    @Test
    void json_givenShares_takesTheMeanOfTheLastHalfMinute() {
        curves.add(Curves.AGREED, NOON, 0);
        curves.add(Curves.AGREED, NOON + 10_000, 1);
        curves.add(Curves.AGREED, NOON + 35_000, 1);
        assertThat(all(NOON + 60_000).at("/series/agreement").toString()).isEqualTo("[0.0,0.5,1.0]");
        assertThat(curves.agreement(NOON + 36_000).get("now").asDouble()).isEqualTo(1);
        assertThat(curves.agreement(NOON + 36_000).has("first")).isFalse();
        assertThat(curves.agreement(NOON + 61_000).get("first").asDouble()).isEqualTo(0.5);
    }

    @Test
    void json_givenWhatThePageHas_sendsOnlyTheRest() {
        for (int second = 0; second < 10; second++) {
            curves.add(Curves.LAG_OF_TRAINER, NOON + 1_000L * second, second);
        }
        JsonNode rest = curves.json(NOON + 6_000, 1_000, NOON + 20_000);
        assertThat(rest.at("/series/lag.trainer").toString()).isEqualTo("[7.0,8.0,9.0]");
    }

    @Test
    void add_givenALongRun_keepsAllOfItInFewRows() {
        int seconds = 20_000;
        for (int second = 0; second < seconds; second++) {
            curves.add(Curves.FRAMES, NOON + 1_000L * second, 1);
            curves.add(Curves.loss("total"), NOON + 1_000L * second, second);
        }
        JsonNode json = curves.json(NOON + 5_000, 1_000, NOON + 1_000L * seconds);
        assertThat(json.get("width").asLong()).isEqualTo(8_000);
        assertThat(json.get("times")).hasSize(seconds / 8);
        assertThat(json.at("/series/frames/0").asDouble()).isEqualTo(1);
        assertThat(json.at("/series/loss.total/1").asDouble()).isEqualTo(11.5); // the mean of 8 to 15
    }

    @Test
    void add_givenTooManyCurves_leavesThemOut() {
        for (int i = 0; i < 100; i++) {
            curves.add(Curves.loss("term " + i), NOON, 1);
        }
        assertThat(all(NOON + 5_000).get("series")).hasSize(40);
    }
}
