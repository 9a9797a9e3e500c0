/**
 * What decides which version comes into use. Start reading at {@link io.apprentice.learning.guard.Guard}.
 */
package io.apprentice.learning.guard;
