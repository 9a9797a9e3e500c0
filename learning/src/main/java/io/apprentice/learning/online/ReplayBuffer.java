package io.apprentice.learning.online;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * A bounded memory that keeps all views covered. Every new item enters; once the memory is full, it replaces one chosen
 * at random from the bins that hold most. So rare views stay, frequent ones are thinned out, and within a bin old items
 * fade.
 */
final class ReplayBuffer<T> {

    private final int capacity;
    private final Function<T, ?> bin;
    private final List<T> items = new ArrayList<>();

    /** @param bin what an item covers; of a type with equality */
    ReplayBuffer(int capacity, Function<T, ?> bin) {
        this.capacity = capacity;
        this.bin = bin;
    }

    void add(T item, RandomGenerator random) {
        if (items.size() < capacity) {
            items.add(item);
            return;
        }
        Map<Object, Integer> counts = new HashMap<>();
        items.forEach(held -> counts.merge(bin.apply(held), 1, Integer::sum));
        counts.merge(bin.apply(item), 1, Integer::sum);
        int most = Collections.max(counts.values());
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            if (counts.get(bin.apply(items.get(i))) == most) {
                places.add(i);
            }
        }
        items.set(places.get(random.nextInt(places.size())), item);
    }

    T draw(RandomGenerator random) {
        return items.get(random.nextInt(items.size()));
    }

    /** One of the items that pass; any item if none does. */
    T draw(RandomGenerator random, Predicate<T> wanted) {
        List<T> some = items.stream().filter(wanted).toList();
        return some.isEmpty() ? draw(random) : some.get(random.nextInt(some.size()));
    }

    void removeIf(Predicate<T> leaves) {
        items.removeIf(leaves);
    }

    int size() {
        return items.size();
    }

    /** All items in their order, which decides what is drawn and replaced later. */
    List<T> items() {
        return List.copyOf(items);
    }

    void replaceAll(List<T> held) {
        items.clear();
        items.addAll(held);
    }
}
