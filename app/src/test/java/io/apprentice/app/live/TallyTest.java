package io.apprentice.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class TallyTest {

    @Test
    void line_givenCounters_sumsTagsAndTellsWhatIsNew() {
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        Tally tally = new Tally(metrics);
        assertThat(tally.line()).isEmpty();

        metrics.counter("apprentice.teacher.labelled", "camera", "a").increment(3);
        metrics.counter("apprentice.teacher.labelled", "camera", "b").increment(4);
        metrics.counter("apprentice.teacher.skipped").increment(0);
        metrics.counter("jvm.gc.pauses").increment(9);
        assertThat(tally.line()).isEqualTo("labelled 7 (+7), skipped 0");
        assertThat(tally.line()).isEmpty();

        metrics.counter("apprentice.teacher.skipped").increment();
        assertThat(tally.line()).isEqualTo("labelled 7, skipped 1 (+1)");
    }
}
