package io.apprentice.ingest.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void next_givenFailureAfterFailure_doublesToTwoSecondsGiveOrTakeAFifth() {
        for (long seed = 0; seed < 50; seed++) {
            Backoff backoff = new Backoff(new SplittableRandom(seed));
            for (long millis : new long[] {250, 500, 1000, 2000, 2000, 2000}) {
                assertThat(backoff.next())
                        .isBetween(Duration.ofMillis(millis * 8 / 10), Duration.ofMillis(millis * 12 / 10));
            }
            backoff.reset();
            assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(300));
        }
    }

    @Test
    void next_ofTwoCameras_differs() {
        assertThat(new Backoff(new SplittableRandom(1)).next())
                .isNotEqualTo(new Backoff(new SplittableRandom(2)).next());
    }
}
