/**
 * What tests of several modules share. It uses no other module of the project, and only tests depend on it.
 *
 * <p>Start reading at {@link io.apprentice.testing.Mutations}, which damages files, and
 * {@link io.apprentice.testing.ExampleData}, which finds the example data or skips the test.
 */
package io.apprentice.testing;
