package io.apprentice.pose.estimate;

import java.util.OptionalInt;

/**
 * How much of a frame is searched for an object of which nothing is known.
 *
 * @param searches whether it is searched for at all
 * @param turn if present, only a part of the frame is searched, another each turn, so that the answer comes soon
 */
public record Extent(boolean searches, OptionalInt turn) {

    /** The whole frame and all windows of it. */
    public static final Extent ALL = new Extent(true, OptionalInt.empty());

    /** Not at all: the object is LOST unless it is where it was. */
    public static final Extent NOTHING = new Extent(false, OptionalInt.empty());

    /** The part whose turn it is; {@code turn} grows by one with every search. */
    public static Extent part(int turn) {
        return new Extent(true, OptionalInt.of(turn));
    }
}
