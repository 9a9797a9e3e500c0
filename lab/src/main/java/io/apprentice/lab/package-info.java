/**
 * The laboratory: offline work without Kafka. It fits networks, evaluates them, checks objects, calibrates, runs
 * experiments and plots. It may use {@code learning} and what {@code learning} uses, but no service. It reports its
 * progress through a {@link io.apprentice.lab.Progress}.
 *
 * <p>Start reading at {@link io.apprentice.lab.fit.FitJob} or {@link io.apprentice.lab.experiment.Experiment}.
 */
package io.apprentice.lab;
