package io.apprentice.trainer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The trainer's meters. */
final class TrainerMetrics {

    final Counter labels;
    final Counter steps;
    final Counter versions;
    final Counter withheld;
    final Counter rollbacks;
    private final Counter shed;
    private final Counter frameGone;
    private final Counter poison;
    private final AtomicLong lag;
    private final Map<String, Double> losses = new ConcurrentHashMap<>();
    private final MeterRegistry registry;
    private final String student;

    TrainerMetrics(MeterRegistry registry, String student) {
        this.registry = registry;
        this.student = student;
        labels = registry.counter("apprentice.trainer.labels", "student", student);
        steps = registry.counter("apprentice.trainer.steps", "student", student);
        versions = registry.counter("apprentice.trainer.versions", "student", student);
        withheld = registry.counter("apprentice.trainer.withheld", "student", student);
        rollbacks = registry.counter("apprentice.trainer.rollbacks", "student", student);
        shed = skipped(registry, student, "shed");
        frameGone = skipped(registry, student, "frame gone");
        poison = skipped(registry, student, "unreadable");
        lag = registry.gauge(
                "apprentice.trainer.lag", io.micrometer.core.instrument.Tags.of("student", student), new AtomicLong());
    }

    private static Counter skipped(MeterRegistry registry, String student, String reason) {
        return registry.counter("apprentice.trainer.skipped", "student", student, "reason", reason);
    }

    Counter skipped(SkipReason reason) {
        return switch (reason) {
            case SHED -> shed;
            case FRAME_GONE -> frameGone;
            case UNREADABLE -> poison;
        };
    }

    /** Shows the terms of the loss as they are now. */
    void losses(Map<String, Double> terms) {
        losses.putAll(terms);
        terms.keySet()
                .forEach(term -> Gauge.builder("apprentice.trainer.loss", losses, now -> now.get(term))
                        .description("Mean of a term of the loss over the last steps")
                        .tag("student", student)
                        .tag("term", term)
                        .register(registry));
    }

    void lag(long labels) {
        lag.set(labels);
    }
}
