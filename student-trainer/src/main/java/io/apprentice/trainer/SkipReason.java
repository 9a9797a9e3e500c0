package io.apprentice.trainer;

/** Why a label was skipped. */
enum SkipReason {
    /** To keep up with the teacher. */
    SHED,
    /** Its frame has aged out of the topic. */
    FRAME_GONE,
    /** Record, frame or image cannot be read. */
    UNREADABLE
}
