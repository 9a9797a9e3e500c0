package io.apprentice.scene;

import io.apprentice.pose.object.Texture;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Textures of tables, walls and things.
 *
 * @param from first number of {@link Patterns}
 * @param to number after the last one
 * @param pictures used half of the time, if there are any
 */
record Surfaces(int from, int to, List<Texture> pictures) {
    /** For frames on which networks are evaluated: patterns that training crops do not show. */
    static final Surfaces HELD_OUT = new Surfaces(Patterns.HELD_OUT, Patterns.COUNT, List.of());

    Surfaces {
        pictures = List.copyOf(pictures);
    }

    /** For training crops. */
    static Surfaces forTraining(List<Texture> pictures) {
        return new Surfaces(0, Patterns.HELD_OUT, pictures);
    }

    Texture any(RandomGenerator random) {
        return !pictures.isEmpty() && random.nextBoolean() ? picture(random) : Patterns.any(random, from, to);
    }

    /** One of the pictures; there must be at least one. */
    Texture picture(RandomGenerator random) {
        return pictures.get(random.nextInt(pictures.size()));
    }
}
