package io.apprentice.inference;

import io.micrometer.core.instrument.Counter;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds students in the background and puts them to use. Only the newest waiting version is built; overtaken ones are
 * skipped. A student that cannot be built or does not know the configured objects is refused: it is counted and logged
 * once, and the one in use stays.
 */
final class StudentLoader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StudentLoader.class);

    private final StudentBuilder builder;
    private final StudentSlot slot;
    private final Counter refused;
    private final Runnable swapped;
    private final AtomicReference<StudentFile> newest = new AtomicReference<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread t = new Thread(work, "student-loader");
        t.setDaemon(true);
        return t;
    });

    /** How a file becomes a student; may take some 100 ms. */
    interface StudentBuilder {
        /**
         * Builds.
         *
         * @throws RuntimeException naming what is wrong with the file
         */
        Student build(StudentFile file);
    }

    /** Calls {@code swapped} after each swap, on the loader's thread. */
    StudentLoader(StudentBuilder builder, StudentSlot slot, Counter refused, Runnable swapped) {
        this.builder = builder;
        this.slot = slot;
        this.refused = refused;
        this.swapped = swapped;
    }

    /** Takes a version for loading and returns at once. */
    void load(StudentFile file) {
        newest.set(file);
        thread.execute(this::loadNewest);
    }

    private void loadNewest() {
        StudentFile file = newest.getAndSet(null);
        if (file == null) {
            return;
        }
        Student student;
        try {
            student = builder.build(file);
        } catch (RuntimeException e) {
            refused.increment();
            LOG.warn("{} is refused, the student in use stays: {}", file, e.getMessage(), e);
            return;
        }
        slot.replace(student);
        LOG.info("{} is in use", file);
        swapped.run();
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(2, TimeUnit.SECONDS)) {
                LOG.warn("still building a student after 2 s; not waiting for it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
