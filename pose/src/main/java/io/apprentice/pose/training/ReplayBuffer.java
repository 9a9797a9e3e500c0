package io.apprentice.pose.training;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A bounded memory that fades: every new item enters; once full, one chosen at random makes room. So the age of what is held falls
 * off exponentially, with the capacity as its mean, and neither only the last seconds nor a scene long gone rules the batches.
 */
final class ReplayBuffer<T> {

    private final int capacity;
    private final List<T> items = new ArrayList<>();

    ReplayBuffer(int capacity) {
        this.capacity = capacity;
    }

    void add(T item, RandomGenerator random) {
        if (items.size() < capacity) {
            items.add(item);
        } else {
            items.set(random.nextInt(capacity), item);
        }
    }

    T draw(RandomGenerator random) {
        return items.get(random.nextInt(items.size()));
    }

    int size() {
        return items.size();
    }

    /** In the order of their places, which matters for what is drawn and replaced later. */
    List<T> items() {
        return List.copyOf(items);
    }

    void replaceAll(List<T> held) {
        items.clear();
        items.addAll(held);
    }
}
