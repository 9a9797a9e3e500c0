/**
 * The one way to the terminal, and what stops a command. Start reading at {@link io.apprentice.app.terminal.Terminal}.
 */
package io.apprentice.app.terminal;
