/** The commands that look at networks: in files, and in the topics. Start at {@link io.apprentice.app.command.model.ModelCommand}. */
package io.apprentice.app.command.model;
