/**
 * What a person should know about an object before a network learns it. Start reading at
 * {@link io.apprentice.lab.object.ObjectReport}.
 */
package io.apprentice.lab.object;
