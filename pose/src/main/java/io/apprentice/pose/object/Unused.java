package io.apprentice.pose.object;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a file holds and its reader does not use. It is named once a file, so that nothing is dropped in silence. */
final class Unused {
    private static final Logger LOG = LoggerFactory.getLogger(Unused.class);
    private static final Set<String> SAID = ConcurrentHashMap.newKeySet();
    private static final int MOST = 20;
    private static final int LONGEST = 60;

    private final Set<String> things = new TreeSet<>();

    void add(String thing) {
        if (things.size() < MOST) {
            things.add(thing.length() > LONGEST ? thing.substring(0, LONGEST) + "..." : thing);
        }
    }

    /** The things, by their names. */
    Set<String> things() {
        return things;
    }

    void warn(Path file) {
        String message = "%s: not used: %s".formatted(file, String.join(", ", things));
        if (!things.isEmpty() && SAID.add(message)) {
            LOG.warn("{}", message);
        }
    }
}
