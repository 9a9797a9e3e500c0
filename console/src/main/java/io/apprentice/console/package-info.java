/**
 * The topics as one page in a browser: live pictures with the poses drawn on them, curves, student versions, actions.
 * It reads the topics as any consumer would, and knows no service; what a person asks for goes to the services through
 * {@code directives}.
 *
 * <p>Start reading at {@link io.apprentice.console.ConsoleService}: {@code TopicWatch} hands records to the parts that
 * keep them ({@code Gallery} the newest pictures, {@code Curves} the past), and {@code ConsoleServer} answers the page,
 * whose files are under {@code page/} among the resources.
 */
package io.apprentice.console;
