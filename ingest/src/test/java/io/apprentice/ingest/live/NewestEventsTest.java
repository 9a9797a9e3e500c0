package io.apprentice.ingest.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NewestEventsTest {

    private final NewestEvents events = new NewestEvents();

    private static LiveEvent frame(int number, int bytes) {
        return new LiveEvent.Taken(LiveFrame.of(new byte[bytes], number, Long.MIN_VALUE));
    }

    private List<Long> drain() throws InterruptedException {
        List<Long> drained = new ArrayList<>();
        for (Optional<LiveEvent> e = events.poll(0); e.isPresent(); e = events.poll(0)) {
            drained.add(
                    e.get() instanceof LiveEvent.Taken taken
                            ? taken.frame().arrivedMicros()
                            : -(long) ((LiveEvent.Lost) e.get()).frames());
        }
        return drained;
    }

    @Test
    void add_givenMoreThanFit_keepsTheNewestAndCountsTheOthersOnce() throws InterruptedException {
        for (int i = 1; i <= 20; i++) {
            events.add(frame(i, 10));
        }

        List<Long> drained = drain();
        assertThat(drained).startsWith(-5L, 6L, 7L).endsWith(20L).hasSize(16);
        events.add(frame(21, 10));
        assertThat(drain()).containsExactly(21L);
    }

    @Test
    void add_givenLargeFrames_keepsWhatFitsInMemory() throws InterruptedException {
        for (int i = 1; i <= 3; i++) {
            events.add(frame(i, 15 << 20));
        }
        assertThat(drain()).containsExactly(-1L, 2L, 3L);

        events.add(frame(4, 40 << 20));
        assertThat(drain()).containsExactly(4L);
    }

    @Test
    void poll_givenNothing_returnsInTime() throws InterruptedException {
        assertThat(events.poll(20)).isEmpty();
    }
}
