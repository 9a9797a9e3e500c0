package io.apprentice.console.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PoseLogTest {

    private static final Wanted ALL = new Wanted(Set.of(), Set.of());
    private static final Wanted LEFT = new Wanted(Set.of("left"), Set.of());

    private final PoseLog log = new PoseLog(Place.of(Map.of(0, 0L, 1, 0L, 2, 0L)));
    private final long[] offsets = new long[3];

    private PoseEvent add(int partition, String camera) {
        long offset = offsets[partition]++;
        PoseEvent event =
                new PoseEvent(partition, offset, camera, "parcel", log.place().after(partition, offset), "{}");
        log.add(event);
        return event;
    }

    private static String name(PoseEvent event) {
        return event.partition() + ":" + event.offset();
    }

    /** Takes all there is; returns how many poses were missed. */
    private long takeAll(PoseLog.Cursor cursor, List<PoseEvent> into) {
        long missed = 0;
        for (Optional<Batch> batch = log.take(cursor); batch.isPresent(); batch = log.take(cursor)) {
            missed += batch.get().missed();
            into.addAll(batch.get().events());
        }
        return missed;
    }

    @Test
    void take_byOneWhoIsTooSlow_countsThosePosesOfItsOwnThatItMissed() {
        add(0, "left");
        PoseLog.Cursor cursor = log.fromNow(LEFT);
        List<PoseEvent> got = new ArrayList<>();
        long missed = 0;
        for (int i = 0; i < 30_000; i++) {
            add(i % 3, i % 3 == 0 ? "left" : "right");
            if (i % 5_000 == 7) {
                missed += takeAll(cursor, got);
            }
        }
        missed += takeAll(cursor, got);
        assertThat(missed).isPositive();
        assertThat(got).extracting(PoseEvent::camera).containsOnly("left");
        assertThat(got.size() + missed).isEqualTo(10_000);
    }

    @Test
    void take_byOneWhoIsALittleLate_missesNothing() {
        PoseLog.Cursor cursor = log.fromNow(ALL);
        for (int i = 0; i < PoseLog.MOST_BEHIND; i++) {
            add(0, "left");
        }
        List<PoseEvent> got = new ArrayList<>();
        assertThat(takeAll(cursor, got)).isZero();
        assertThat(got).hasSize(PoseLog.MOST_BEHIND);
    }

    @Test
    void after_givenAnyPlace_givesWhatComesAfterItOnceAndSaysAlwaysHowFarThatIs() {
        Random random = new Random(7);
        List<PoseEvent> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            all.add(add(random.nextInt(3), "left"));
        }
        for (int round = 0; round < 50; round++) {
            Place from = Place.of(Map.of(
                    0, random.nextLong(offsets[0]), 1, random.nextLong(offsets[1]), 2, random.nextLong(offsets[2])));
            List<PoseEvent> got = new ArrayList<>();
            assertThat(takeAll(log.after(from, ALL).orElseThrow(), got)).isZero();
            List<String> expected = names(all, from);
            assertThat(got.stream().map(PoseLogTest::name)).containsExactlyElementsOf(expected);
            int seen = random.nextInt(got.size());
            assertThat(names(all, got.get(seen).after()))
                    .containsExactlyInAnyOrderElementsOf(expected.subList(seen + 1, expected.size()));
        }
    }

    /** Those that come after a place. */
    private static List<String> names(List<PoseEvent> all, Place place) {
        return all.stream()
                .filter(event -> place.isBefore(event.partition(), event.offset()))
                .map(PoseLogTest::name)
                .toList();
    }

    @Test
    void after_givenAPlaceThatIsForgotten_isEmptyUntilTheTopicWasRead() {
        for (int i = 0; i < PoseLog.MOST + 10; i++) {
            add(0, "left");
        }
        assertThat(log.after(Place.of(Map.of(0, 9L)), ALL)).isEmpty();
        PoseLog.Cursor cursor = log.after(Place.of(Map.of(0, 10L)), ALL).orElseThrow();
        assertThat(log.isLost(cursor)).isFalse();
        add(0, "left");
        assertThat(log.isLost(cursor)).isTrue();
    }

    @Test
    void newest_isOnePoseOfEachCameraAndObject() {
        add(0, "left");
        PoseEvent left = add(0, "left");
        PoseEvent right = add(1, "right");
        assertThat(log.newest(ALL)).containsExactly(left, right);
        assertThat(log.newest(LEFT)).containsExactly(left);
        assertThat(log.cameras()).containsExactly("left", "right");
    }
}
