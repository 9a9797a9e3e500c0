package io.apprentice.app.doctor;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What was found where the doctor looked.
 *
 * @param what one word
 * @param text for a reader
 * @param facts for a program, by name
 * @param toDo empty if all is well
 */
public record Finding(String what, String text, Map<String, Object> facts, Optional<String> toDo) {

    /** All is well. */
    static Finding fine(String what, String text, Map<String, Object> facts) {
        return new Finding(what, text, facts, Optional.empty());
    }

    /** Something is to be done. */
    static Finding toDo(String what, String text, Map<String, Object> facts, String toDo) {
        return new Finding(what, text, facts, Optional.of(toDo));
    }

    /** Whether nothing is to be done. */
    public boolean ok() {
        return toDo.isEmpty();
    }

    /** A line each. */
    public static String text(List<Finding> findings) {
        return findings.stream()
                .map(f -> "%s %-10s%s%s"
                        .formatted(
                                f.ok() ? "✓" : "✗",
                                f.what(),
                                f.text(),
                                f.toDo().map(toDo -> ": " + toDo).orElse("")))
                .collect(Collectors.joining("\n"));
    }

    /** An array, an object each. */
    public static String json(List<Finding> findings) {
        ObjectMapper mapper = new ObjectMapper();
        ArrayNode array = mapper.createArrayNode();
        for (Finding finding : findings) {
            ObjectNode node = array.addObject().put("what", finding.what());
            node.put("ok", finding.ok());
            finding.facts().forEach((name, value) -> node.set(name, mapper.valueToTree(value)));
            finding.toDo().ifPresent(toDo -> node.put("to_do", toDo));
        }
        return array.toPrettyString();
    }
}
