/**
 * The losses of the local predictions, each with its gradient in closed form with respect to the network's outputs, so that
 * no autograd runs through them. Plain Java, double inside.
 */
package io.apprentice.pose.loss;
