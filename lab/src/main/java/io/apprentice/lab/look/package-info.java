/**
 * One frame of a camera, and what the networks see in it: the first check of a new camera or object. Start reading at {@link
 * io.apprentice.lab.look.Sighting}.
 */
package io.apprentice.lab.look;
