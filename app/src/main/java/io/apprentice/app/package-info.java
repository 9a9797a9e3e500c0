/**
 * The command line and the all-in-one run. {@link io.apprentice.app.Main} lists the commands; {@link
 * io.apprentice.app.command.UpCommand} is {@code apprentice up}, which starts broker, registry and all services in one process and
 * watches them through {@link io.apprentice.app.live.Monitor}. May use every module; no module may use it.
 */
package io.apprentice.app;
