package io.apprentice.inference;

import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * Holds the student in use. Frames read it; a swap waits until running frames are done. So exactly one version sees
 * each frame, and the version before can be closed at once.
 */
final class StudentSlot implements AutoCloseable {

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private Student current;

    /** Whether a student has come and is in use. */
    boolean isFilled() {
        lock.readLock().lock();
        try {
            return current != null;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Version in use, or -1 before the first. */
    long version() {
        lock.readLock().lock();
        try {
            return current == null ? -1 : current.version();
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Works with the student in use, which stays open and in use until {@code work} returns.
     *
     * @throws IllegalStateException before the first student
     */
    <R> R use(Function<Student, R> work) {
        lock.readLock().lock();
        try {
            if (current == null) {
                throw new IllegalStateException("no student yet: frames must wait until there is one");
            }
            return work.apply(current);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Puts {@code next} to use from the next frame on and closes the one before. */
    void replace(Student next) {
        Student before;
        lock.writeLock().lock();
        try {
            before = current;
            current = next;
        } finally {
            lock.writeLock().unlock();
        }
        if (before != null) {
            before.close();
        }
    }

    @Override
    public void close() {
        replace(null);
    }
}
