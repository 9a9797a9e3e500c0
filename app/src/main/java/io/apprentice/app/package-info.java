/**
 * The command line, and the run of everything in one process. It may use all modules; none uses it.
 *
 * <p>{@code command} parses, calls and prints; {@code live} runs the services; {@code terminal} is the one way to the
 * terminal. Start reading at {@link io.apprentice.app.Main}, then at {@code live.AllInOne}.
 */
package io.apprentice.app;
