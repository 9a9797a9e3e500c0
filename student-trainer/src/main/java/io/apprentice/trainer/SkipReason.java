package io.apprentice.trainer;

/** Why a label was passed over. */
enum SkipReason {
    /** To keep up with the teacher. */
    SHED,
    /** Its frame has aged out of the topic. */
    FRAME_GONE,
    /** Record, frame or image cannot be read. */
    UNREADABLE
}
