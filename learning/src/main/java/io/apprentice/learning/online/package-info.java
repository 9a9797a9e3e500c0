/**
 * Online training from a teacher's labels: a fold that gives the same network for the same labels. Start reading at
 * {@link io.apprentice.learning.online.GuardedTraining}; {@link io.apprentice.learning.online.OnlineTraining} is what
 * it paces.
 */
package io.apprentice.learning.online;
