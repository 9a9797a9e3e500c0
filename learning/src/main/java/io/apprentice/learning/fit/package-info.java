/**
 * Fitting a network offline, on crops with known poses. Start reading at {@link io.apprentice.learning.fit.Fit}.
 */
package io.apprentice.learning.fit;
