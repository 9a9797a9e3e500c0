/**
 * From labels to the crops that a step takes. Start reading at {@link io.apprentice.learning.sample.SampleExtractor}.
 */
package io.apprentice.learning.sample;
