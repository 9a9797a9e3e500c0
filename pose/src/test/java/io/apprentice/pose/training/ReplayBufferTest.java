package io.apprentice.pose.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ReplayBufferTest {

    @Test
    void add_givenMoreThanCapacity_holdsNewestAndForgetsGradually() {
        ReplayBuffer<Long> buffer = new ReplayBuffer<>(100);
        SplittableRandom random = new SplittableRandom(1);
        LongStream.range(0, 1000).forEach(i -> {
            buffer.add(i, random);
            assertThat(buffer.items()).contains(i);
        });

        assertThat(buffer.size()).isEqualTo(100);
        assertThat(buffer.items()).doesNotHaveDuplicates();
        // ages are spread exponentially with mean 100: most of the items are younger than that, some are much older
        assertThat(buffer.items()).filteredOn(i -> i >= 900).hasSizeBetween(45, 80);
        assertThat(buffer.items()).filteredOn(i -> i < 800).isNotEmpty();
    }
}
