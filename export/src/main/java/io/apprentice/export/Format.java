package io.apprentice.export;

import io.apprentice.schemas.Topic;
import java.util.Set;

/** What can be written. */
public enum Format {
    /** BOP results: one file of poses. */
    CSV,
    /** TUM trajectories: a folder with a file per camera and object. */
    TUM,
    /** MCAP with images, calibrations, poses and labels: one file. */
    MCAP;

    /** The topics that it is made of. */
    public Set<Topic> topics() {
        return this == MCAP ? Set.of(Topic.FRAMES, Topic.POSES, Topic.LOCAL_PREDICTIONS) : Set.of(Topic.POSES);
    }
}
