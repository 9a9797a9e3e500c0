package io.apprentice.schemas;

import java.time.Duration;

/** The topic catalogue: every topic of the system with its name, key and retention. */
public enum Topic {
    /** Images as captured. Key: camera id. Value: {@link Frame}. */
    FRAMES("frames", Partitioning.PER_CAMERA, Duration.ofHours(1)),
    /** Labels of the teacher. Key: camera id; co-partitioned with {@link #FRAMES}. Value: {@link LocalPredictions}. */
    LOCAL_PREDICTIONS("local-predictions", Partitioning.PER_CAMERA, Duration.ofHours(24)),
    /** Student versions. Key: {@code student/version/part}. Value: {@link StudentModel}. Compacted. */
    STUDENT_MODELS("student-models", Partitioning.SINGLE, null),
    /** State of the trainer. Key: {@code student/part}. Value: {@link TrainingCheckpoint}. Compacted. */
    TRAINING_CHECKPOINTS("training-checkpoints", Partitioning.SINGLE, null),
    /** What was folded into students, in which order. Key: student id. Value: {@link TrainingOrder}. */
    TRAINING_ORDER("training-order", Partitioning.SINGLE, Duration.ofDays(30)),
    /** Estimated poses. Key: camera id. Value: {@link PoseEstimate}. */
    POSES("poses", Partitioning.PER_CAMERA, Duration.ofHours(24)),
    /**
     * How far student and teacher are apart. Key: camera id; co-partitioned with {@link #FRAMES}. Value: {@link
     * Agreement}.
     */
    AGREEMENT("agreement", Partitioning.PER_CAMERA, Duration.ofHours(24)),
    /**
     * Local predictions of the student beside its teacher's, a sample. Key: camera id; co-partitioned with {@link
     * #FRAMES}. Value: {@link StudentPredictions}.
     */
    STUDENT_PREDICTIONS("student-predictions", Partitioning.PER_CAMERA, Duration.ofHours(1)),
    /** Progress of the training. Key: student id. Value: {@link TrainingProgress}. */
    TRAINING_PROGRESS("training-progress", Partitioning.SINGLE, Duration.ofHours(24)),
    /** Decisions of the training. Key: student id. Value: {@link TrainingEvent}. */
    TRAINING_EVENTS("training-events", Partitioning.SINGLE, Duration.ofDays(7)),
    /** What training and people ask of the services. Keys: see {@link Directive}. Value: {@link Directive}. Compacted. */
    DIRECTIVES("directives", Partitioning.SINGLE, null),
    /**
     * Records that could not be read or processed, with unchanged bytes and the reason in headers. Key: the original
     * key.
     */
    DEAD_LETTERS("dead-letters", Partitioning.PER_CAMERA, Duration.ofDays(7));

    private enum Partitioning {
        PER_CAMERA,
        SINGLE
    }

    private final String baseName;
    private final Partitioning partitioning;
    private final Duration retention;

    Topic(String baseName, Partitioning partitioning, Duration retention) {
        this.baseName = baseName;
        this.partitioning = partitioning;
        this.retention = retention;
    }

    /** The name without the configurable prefix. */
    public String baseName() {
        return baseName;
    }

    /** Number of partitions of this topic if topics keyed by camera have {@code cameraPartitions}. */
    public int partitions(int cameraPartitions) {
        return partitioning == Partitioning.SINGLE ? 1 : cameraPartitions;
    }

    /** Whether only the newest record of a key is kept; otherwise records age out after {@link #retention()}. */
    public boolean isCompacted() {
        return retention == null;
    }

    /**
     * How long records are kept.
     *
     * @throws IllegalStateException if the topic is compacted
     */
    public Duration retention() {
        if (retention == null) {
            throw new IllegalStateException(baseName + " is compacted: its records do not age");
        }
        return retention;
    }
}
