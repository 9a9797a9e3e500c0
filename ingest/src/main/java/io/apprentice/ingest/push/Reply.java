package io.apprentice.ingest.push;

import java.util.OptionalLong;

/**
 * What a sender hears about a picture.
 *
 * @param status of HTTP
 * @param detail what is wrong, or why a picture was not kept; empty if all is well
 * @param sequence the frame's number in the topic, if it is there
 */
public record Reply(int status, String detail, OptionalLong sequence) {

    private static final int OK = 200;
    private static final int OTHERS_FIRST = 409;
    private static final int UNUSABLE = 422;
    private static final int BUSY = 429;
    private static final int LOST = 503;

    /** The broker has the frame. */
    public static Reply kept(long sequence) {
        return new Reply(OK, "", OptionalLong.of(sequence));
    }

    /** The frame was received and is not wanted. */
    public static Reply notWanted(String why) {
        return new Reply(OK, why, OptionalLong.empty());
    }

    /** The picture cannot be used; another may. */
    public static Reply unusable(String why) {
        return new Reply(UNUSABLE, why, OptionalLong.empty());
    }

    /** A later frame of the camera has been sent already. */
    public static Reply tooLate(String why) {
        return new Reply(OTHERS_FIRST, why, OptionalLong.empty());
    }

    /** As many pictures as fit are on their way. */
    public static Reply busy(String why) {
        return new Reply(BUSY, why, OptionalLong.empty());
    }

    /** The frame could not be sent. */
    public static Reply lost(String why) {
        return new Reply(LOST, why, OptionalLong.empty());
    }

    static Reply refused(int status, String why) {
        return new Reply(status, why, OptionalLong.empty());
    }

    /** Whether the picture is in good hands, or not wanted. */
    boolean isGood() {
        return status == OK;
    }
}
