/**
 * How accurate a network is: on synthetic frames and on BOP datasets, and how far its covariances can be trusted. Start
 * reading at {@link io.apprentice.lab.evaluation.Evaluation}.
 */
package io.apprentice.lab.evaluation;
