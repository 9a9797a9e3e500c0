package io.apprentice.ingest.live;

import java.util.OptionalLong;

/**
 * A frame of a live camera.
 *
 * @param image JPEG or PNG
 * @param arrivedMicros when its data reached this machine, by this machine's clock, microseconds since 1970 UTC
 * @param sentMicros when the camera took it, by the camera's clock, microseconds since 1970 UTC; empty if the camera did
 *     not say
 */
public record LiveFrame(byte[] image, long arrivedMicros, OptionalLong sentMicros) {

    static LiveFrame of(byte[] image, long arrivedMicros, long sentOrMin) {
        return new LiveFrame(
                image, arrivedMicros, sentOrMin == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(sentOrMin));
    }
}
