package io.apprentice.recordings.calibration;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The members of a camera's description, with those of well-known groups in it, and which of them were used. */
final class Members {

    /**
     * A member.
     *
     * @param path as the file calls it, groups first
     * @param name in lower case, letters and digits only
     * @param value not null
     */
    record Member(String path, String name, JsonNode value) {}

    private final List<Member> members = new ArrayList<>();
    private final List<Member> unused = new ArrayList<>();

    private Members() {}

    static Members of(JsonNode node) {
        Members members = new Members();
        members.add("", node);
        members.unused.addAll(members.members);
        return members;
    }

    private void add(String prefix, JsonNode node) {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String path = prefix + entry.getKey();
            String name = Names.plain(entry.getKey());
            JsonNode value = entry.getValue();
            if (value.isObject() && !value.has("data") && Names.isGroup(name)) {
                add(path + "/", value);
            } else if (!value.isNull()) {
                members.add(new Member(path, name, value));
            }
        }
    }

    boolean any(Predicate<Member> wanted) {
        return members.stream().anyMatch(wanted);
    }

    /** The members that meet a condition; they count as used. */
    List<Member> use(Predicate<Member> wanted) {
        List<Member> found = members.stream().filter(wanted).toList();
        unused.removeAll(found);
        return found;
    }

    void notUsed(Member member) {
        unused.add(member);
    }

    List<Member> unused() {
        return unused;
    }

    static String paths(List<Member> some) {
        return some.stream().map(Member::path).collect(Collectors.joining(", "));
    }
}
