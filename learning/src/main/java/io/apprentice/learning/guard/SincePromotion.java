package io.apprentice.learning.guard;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** How near the version in use and its predecessor come to the teacher on what was held out since the promotion. */
final class SincePromotion {

    /** A mean counts as larger only beyond this many standard errors of the difference. */
    private static final double STANDARD_ERRORS = 2;

    private int objects;
    private double inUse;
    private double predecessor;
    private double squares;
    /** Number of objects when a rollback was last considered: the same objects give the same answer. */
    private int consideredAt;

    /** Adds the distances of both from the teacher on one object. */
    void add(double distanceInUse, double distancePredecessor) {
        objects++;
        inUse += distanceInUse;
        predecessor += distancePredecessor;
        double difference = distanceInUse - distancePredecessor;
        squares += difference * difference;
    }

    /**
     * The case for a rollback: the version in use is worse, by the margin and beyond chance. Each set of objects is
     * considered once.
     */
    Optional<Review> caseForRollback(GuardSettings settings) {
        if (objects < settings.rollbackAfter() || objects == consideredAt) {
            return Optional.empty();
        }
        consideredAt = objects;
        double worse = inUse / objects;
        double better = predecessor / objects;
        double variance = Math.max(0, squares / objects - (worse - better) * (worse - better));
        if (worse - better <= settings.margin() + STANDARD_ERRORS * Math.sqrt(variance / objects)) {
            return Optional.empty();
        }
        return Optional.of(new Review(
                Review.Verdict.ROLLED_BACK,
                Map.of("since_objects", (double) objects, "since_in_use", worse, "since_predecessor", better),
                "%d objects since its promotion %.3f from the teacher, its predecessor %.3f"
                        .formatted(objects, worse, better)));
    }

    void clear() {
        objects = 0;
        inUse = 0;
        predecessor = 0;
        squares = 0;
        consideredAt = 0;
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(objects);
        out.writeDouble(inUse);
        out.writeDouble(predecessor);
        out.writeDouble(squares);
    }

    void read(DataInputStream in) throws IOException {
        objects = in.readInt();
        inUse = in.readDouble();
        predecessor = in.readDouble();
        squares = in.readDouble();
        consideredAt = 0;
    }
}
