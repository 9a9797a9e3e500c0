/**
 * A teacher's labels for one frame: the unit of training. Start reading at {@link io.apprentice.pose.label.Label}.
 */
package io.apprentice.pose.label;
