/**
 * What a teacher says of one frame: the unit that training takes. Start reading at {@link io.apprentice.pose.label.Label}.
 */
package io.apprentice.pose.label;
