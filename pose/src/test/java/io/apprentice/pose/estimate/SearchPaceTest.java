package io.apprentice.pose.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchPaceTest {

    private static final int FRAMES = 600;

    /** Frames of a stream and what each of them takes; an object is missing all the time. */
    @ParameterizedTest
    @CsvSource({
        // frames/s, other work ms, a search ms, searches per second at least, share of the time at most
        "30, 8, 30, 12, 0.40", // a part of the frame every second or third frame
        "10, 20, 40, 9.9, 0.41", // in every frame
        "30, 33, 100, 0.4, 0.06", // nothing is left, and still it is looked for
        "30, 8, 1000, 0.2, 0.45", // a search that takes longer than many frames
    })
    void isDue_ofAnObjectThatIsMissingForLong_takesHalfOfWhatIsLeft(
            double framesPerSecond, long workMillis, long searchMillis, double leastSearches, double mostShare) {
        SearchPace pace = new SearchPace();
        int searches = 0;
        for (int i = 0; i < FRAMES; i++) {
            boolean due = pace.isDue(Math.round(1000 * i / framesPerSecond));
            searches += due ? 1 : 0;
            long search = due ? searchMillis : 0;
            pace.took((workMillis + search) * 1_000_000, search * 1000);
        }
        double seconds = FRAMES / framesPerSecond;
        assertThat(searches / seconds).isGreaterThanOrEqualTo(leastSearches);
        assertThat((searches - 4) * searchMillis / 1e3 / seconds).isLessThanOrEqualTo(mostShare);
    }

    @ParameterizedTest
    @CsvSource({"0", "-5000"})
    void isDue_whenTheClockStandsStillOrRunsBackwards_earnsNothing(long step) {
        SearchPace pace = new SearchPace();
        int searches = 0;
        for (int i = 0; i < FRAMES; i++) {
            boolean due = pace.isDue(1_000_000 + i * step);
            searches += due ? 1 : 0;
            pace.took(30_000_000, due ? 30_000 : 0);
        }
        assertThat(searches).isLessThan(5);
    }
}
