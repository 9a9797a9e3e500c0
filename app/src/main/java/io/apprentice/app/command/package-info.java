/**
 * The commands, thin: parse, call, print. A command's name is its class's. Start reading at
 * {@link io.apprentice.app.command.UpCommand}.
 */
package io.apprentice.app.command;
