/**
 * What tests of several modules share. It knows nothing of ours, and only tests depend on it.
 *
 * <p>Start reading at {@link io.apprentice.testing.Mutations}, which damages files, and {@link io.apprentice.testing.ExampleData},
 * which finds the example data or skips the test.
 */
package io.apprentice.testing;
