package io.apprentice.learning.online;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ReplayBufferTest {

    @Test
    void add_givenMoreThanCapacityOfOneKind_holdsNewestAndForgetsGradually() {
        ReplayBuffer<Long> buffer = new ReplayBuffer<>(100, i -> 0);
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

    @Test
    void add_givenManyOfOneKindAfterFewOfOthers_keepsTheFew() {
        // 20 of each of five kinds, then a thousand of the first
        ReplayBuffer<Long> buffer = new ReplayBuffer<>(100, i -> i < 100 ? i / 20 : 0);
        SplittableRandom random = new SplittableRandom(1);
        LongStream.range(0, 1100).forEach(i -> buffer.add(i, random));

        assertThat(buffer.items()).filteredOn(i -> i >= 20 && i < 100).hasSize(80);
        assertThat(buffer.items())
                .filteredOn(i -> i >= 1000)
                .as("the newest of a full kind")
                .isNotEmpty();
    }

    @Test
    void add_givenMoreKindsThanPlaces_stillTakesEveryNewOne() {
        ReplayBuffer<Long> buffer = new ReplayBuffer<>(10, i -> i);
        SplittableRandom random = new SplittableRandom(1);
        LongStream.range(0, 100).forEach(i -> {
            buffer.add(i, random);
            assertThat(buffer.items()).contains(i);
        });

        assertThat(buffer.items()).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void draw_givenAWish_drawsWhatPassesOrElseAnything() {
        ReplayBuffer<Long> buffer = new ReplayBuffer<>(10, i -> i);
        SplittableRandom random = new SplittableRandom(1);
        LongStream.range(0, 10).forEach(i -> buffer.add(i, random));

        for (int i = 0; i < 20; i++) {
            assertThat(buffer.draw(random, item -> item >= 8)).isGreaterThanOrEqualTo(8);
            assertThat(buffer.draw(random, item -> item > 10)).isBetween(0L, 9L);
        }
    }
}
