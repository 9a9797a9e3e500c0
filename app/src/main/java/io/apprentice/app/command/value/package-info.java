/** Values as people write them on the command line. */
package io.apprentice.app.command.value;
