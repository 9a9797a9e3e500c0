/**
 * The laboratory: offline work without Kafka. It fits networks, evaluates them, checks objects, calibrates, runs experiments and plots.
 * It knows {@code learning} and what that knows, and no service; it says how far it is through a {@link io.apprentice.lab.Progress}.
 *
 * <p>Start reading at {@link io.apprentice.lab.fit.FitJob} or {@link io.apprentice.lab.experiment.Experiment}.
 */
package io.apprentice.lab;
