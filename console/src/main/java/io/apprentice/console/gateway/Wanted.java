package io.apprentice.console.gateway;

import java.util.Set;

/**
 * Which poses a reader wants.
 *
 * @param cameras ids; empty for all
 * @param objects ids; empty for all
 */
record Wanted(Set<String> cameras, Set<String> objects) {

    boolean has(String camera, String object) {
        return (cameras.isEmpty() || cameras.contains(camera)) && (objects.isEmpty() || objects.contains(object));
    }
}
