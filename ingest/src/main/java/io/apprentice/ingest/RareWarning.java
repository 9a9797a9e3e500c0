package io.apprentice.ingest;

import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/** A warning that can occur at every frame. It is logged the first time, and then each time its count has grown tenfold. */
final class RareWarning {

    private final Logger log;
    private final String what;
    private final AtomicLong count = new AtomicLong();

    RareWarning(Logger log, String what) {
        this.log = log;
        this.what = what;
    }

    void warn(String why) {
        long n = count.incrementAndGet();
        long power = 1;
        while (power < n) {
            power *= 10;
        }
        if (n == power) {
            log.warn("{}, {} so far: {}", what, n, why);
        }
    }
}
