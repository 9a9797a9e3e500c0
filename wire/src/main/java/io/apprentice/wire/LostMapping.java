package io.apprentice.wire;

import io.apprentice.pose.estimate.LostWatch;
import io.apprentice.schemas.LongLost;
import java.time.Instant;

/** Why an object has not been found for long. */
public final class LostMapping {

    private LostMapping() {}

    /** The record; the watch must count milliseconds since 1970. */
    public static LongLost toRecord(LostWatch.Lost lost) {
        return new LongLost(Instant.ofEpochMilli(lost.sinceMillis()), lost.text(), lost.advice());
    }
}
