package io.apprentice.recordings.calibration;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A part of a file that describes one camera.
 *
 * @param label where it stands, or what the file calls it
 * @param node an object with a focal length
 * @param notes what is to be said of it
 */
record Candidate(String label, JsonNode node, List<String> notes) {

    private static final int DEEPEST = 4;

    /**
     * The cameras that are described in a file: its documents, or what lies in them.
     *
     * @param documents at least one
     * @throws IOException if there is no focal length in any
     */
    static List<Candidate> among(List<Candidate> documents) throws IOException {
        List<Candidate> found = new ArrayList<>();
        for (Candidate document : documents) {
            collect(document, 0, found);
        }
        if (found.isEmpty()) {
            throw new IOException("no focal length in it (it holds %s); expected %s"
                    .formatted(names(documents.get(0).node()), CalibrationFormats.EXPECTED));
        }
        return found;
    }

    private static void collect(Candidate at, int depth, List<Candidate> found) {
        if (Members.of(at.node).any(Names::tellsFocalLength)) {
            found.add(at);
        } else if (depth < DEEPEST && at.node.isContainerNode()) {
            List<Candidate> children = children(at);
            List<String> unused = new ArrayList<>();
            int before = found.size();
            for (Candidate child : children) {
                int size = found.size();
                collect(child, depth + 1, found);
                if (found.size() == size) {
                    unused.add(child.label);
                }
            }
            if (!unused.isEmpty()) {
                for (int i = before; i < found.size(); i++) {
                    found.set(i, found.get(i).noting("not used: " + String.join(", ", unused)));
                }
            }
        }
    }

    private Candidate noting(String note) {
        List<String> more = new ArrayList<>(notes);
        more.add(note);
        return new Candidate(label, node, more);
    }

    private static List<Candidate> children(Candidate at) {
        List<Candidate> children = new ArrayList<>();
        String prefix = at.label.isEmpty() ? "" : at.label + "/";
        if (at.node.isArray()) {
            for (int i = 0; i < at.node.size(); i++) {
                children.add(new Candidate(prefix + i, at.node.get(i), at.notes));
            }
        } else {
            for (Map.Entry<String, JsonNode> member : at.node.properties()) {
                children.add(new Candidate(prefix + member.getKey(), member.getValue(), at.notes));
            }
        }
        return children;
    }

    private static String names(JsonNode node) {
        Iterator<String> names = node.fieldNames();
        List<String> some = new ArrayList<>();
        names.forEachRemaining(some::add);
        return some.isEmpty()
                ? "no named members"
                : some.stream().limit(12).collect(Collectors.joining(", ")) + (some.size() > 12 ? ", ..." : "");
    }
}
