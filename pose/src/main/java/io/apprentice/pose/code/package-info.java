/**
 * Codes of surface points: a binary tree over an object's surface, each level of which halves the parts of the level above. Plain
 * Java. Start with {@link io.apprentice.pose.code.SurfaceCodebook}.
 */
package io.apprentice.pose.code;
