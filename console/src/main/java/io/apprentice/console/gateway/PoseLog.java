package io.apprentice.console.gateway;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The newest poses, shared by all readers; each has a {@link Cursor}. At most 4,096 poses and 16 MB. A reader who has
 * kept up and falls more than 1,024 poses behind goes on with the newest, and is told how many of its poses it missed.
 * Thread-safe.
 */
final class PoseLog {

    /** How many poses are kept. */
    static final int MOST = 4096;
    /** How far who has kept up may fall behind. */
    static final int MOST_BEHIND = 1024;

    private static final long MOST_BYTES = 16L << 20;
    private static final int MOST_AT_ONCE = 16;
    private static final int MOST_PAIRS = 10_000;

    /** A reader's place in the log. */
    static final class Cursor {
        private final Wanted wanted;
        private Place place;
        private long next;
        private long seen;
        private boolean keepsUp;
        /** Whether whatever comes next is new to it. */
        private boolean settled;

        private Cursor(Wanted wanted, Place place) {
            this.wanted = wanted;
            this.place = place;
        }

        /** How far it has come. */
        Place place() {
            return place;
        }

        /** Whether it once had all there was. */
        boolean keepsUp() {
            return keepsUp;
        }
    }

    private record Pair(String camera, String object) {}

    private static final class Seen {
        private long count;
        private PoseEvent newest;
    }

    private final PoseEvent[] ring = new PoseEvent[MOST];
    private final Map<Pair, Seen> pairs =
            new TreeMap<>(Comparator.comparing(Pair::camera).thenComparing(Pair::object));
    /** From here on, all is kept. */
    private Place kept;

    private Place place;
    private long first;
    private long next;
    private long bytes;

    /** @param start the first record that will be added is the first from here on */
    PoseLog(Place start) {
        kept = start;
        place = start;
    }

    /** After the newest. */
    synchronized Place place() {
        return place;
    }

    synchronized void add(PoseEvent event) {
        if (next - first == MOST) {
            forget();
        }
        ring[slot(next++)] = event;
        bytes += event.bytes();
        while (bytes > MOST_BYTES) {
            forget();
        }
        place = event.after();
        Pair pair = new Pair(event.camera(), event.object());
        if (pairs.size() < MOST_PAIRS || pairs.containsKey(pair)) {
            Seen seen = pairs.computeIfAbsent(pair, p -> new Seen());
            seen.count++;
            seen.newest = event;
        }
    }

    private void forget() {
        int slot = slot(first++);
        PoseEvent event = ring[slot];
        ring[slot] = null;
        bytes -= event.bytes();
        kept = kept.after(event.partition(), event.offset());
    }

    private static int slot(long number) {
        return (int) (number % MOST);
    }

    synchronized Set<String> cameras() {
        Set<String> cameras = new TreeSet<>();
        pairs.keySet().forEach(pair -> cameras.add(pair.camera()));
        return cameras;
    }

    synchronized Set<String> objects() {
        Set<String> objects = new TreeSet<>();
        pairs.keySet().forEach(pair -> objects.add(pair.object()));
        return objects;
    }

    /** The newest of each camera and object. */
    synchronized List<PoseEvent> newest(Wanted wanted) {
        return seen(wanted).stream().map(seen -> seen.newest).toList();
    }

    private Collection<Seen> seen(Wanted wanted) {
        List<Seen> found = new ArrayList<>();
        pairs.forEach((pair, seen) -> {
            if (wanted.has(pair.camera(), pair.object())) {
                found.add(seen);
            }
        });
        return found;
    }

    /** Begins with the next pose that comes. */
    synchronized Cursor fromNow(Wanted wanted) {
        Cursor cursor = new Cursor(wanted, place);
        cursor.next = next;
        cursor.seen = countBefore(wanted, next);
        cursor.keepsUp = true;
        cursor.settled = true;
        return cursor;
    }

    /** Whether all that comes after a place is kept. */
    synchronized boolean hasAllAfter(Place from) {
        return kept.next().entrySet().stream().allMatch(entry -> from.of(entry.getKey()) >= entry.getValue());
    }

    /** Begins with what comes after a place; empty if a part of it is not kept. */
    synchronized Optional<Cursor> after(Place from, Wanted wanted) {
        if (!hasAllAfter(from)) {
            return Optional.empty();
        }
        Cursor cursor = new Cursor(wanted, from);
        cursor.next = first;
        while (cursor.next < next && isRead(cursor, ring[slot(cursor.next)])) {
            cursor.next++;
        }
        cursor.seen = countBefore(wanted, next);
        for (long i = cursor.next; i < next; i++) {
            PoseEvent event = ring[slot(i)];
            if (!isRead(cursor, event) && wanted.has(event.camera(), event.object())) {
                cursor.seen--;
            }
        }
        return Optional.of(cursor);
    }

    private static boolean isRead(Cursor cursor, PoseEvent event) {
        return !cursor.settled && !cursor.place.isBefore(event.partition(), event.offset());
    }

    /** How many poses that are wanted came before a number. */
    private long countBefore(Wanted wanted, long number) {
        long count = seen(wanted).stream().mapToLong(seen -> seen.count).sum();
        for (long i = number; i < next; i++) {
            PoseEvent event = ring[slot(i)];
            count -= wanted.has(event.camera(), event.object()) ? 1 : 0;
        }
        return count;
    }

    /** Whether what comes next for it is not kept, although it has not been able to keep up so far. */
    synchronized boolean isLost(Cursor cursor) {
        return !cursor.keepsUp && cursor.next < first;
    }

    /** What comes next, and moves the cursor on; empty if there is nothing. */
    synchronized Optional<Batch> take(Cursor cursor) {
        long missed = 0;
        if (cursor.next < first || cursor.keepsUp && next - cursor.next > MOST_BEHIND) {
            cursor.next = next - 1;
            missed = countBefore(cursor.wanted, cursor.next) - cursor.seen;
            cursor.seen += missed;
        }
        List<PoseEvent> found = new ArrayList<>();
        while (cursor.next < next && found.size() < MOST_AT_ONCE) {
            PoseEvent event = ring[slot(cursor.next++)];
            if (isRead(cursor, event)) {
                continue;
            }
            cursor.place = cursor.settled
                    ? event.after()
                    : cursor.place.furthest(event.after().next());
            cursor.settled = cursor.place.equals(event.after());
            if (cursor.wanted.has(event.camera(), event.object())) {
                found.add(event.at(cursor.place));
                cursor.seen++;
            }
        }
        cursor.keepsUp |= cursor.next == next;
        return found.isEmpty() && missed == 0 ? Optional.empty() : Optional.of(new Batch(missed, found));
    }
}
