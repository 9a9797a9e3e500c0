package io.apprentice.recordings.calibration;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What RealSense's tools print: {@code rs-enumerate-devices -c}, a block per stream and size, and the intrinsics of
 * {@code pyrealsense2}, one line in either of its two ways.
 */
final class RealSenseText {

    private static final Pattern BLOCK = Pattern.compile("(?m)^\\s*Intrinsic of \"([^\"]*)\"(.*)$");
    private static final Pattern MEMBER = Pattern.compile("(?m)^\\s*(\\w+)(?: \\(deg\\))?:[ \\t]*(\\S.*?)\\s*$");
    private static final Pattern BRACKETS = Pattern.compile(
            "\\[?\\s*(\\d+)x(\\d+)\\s+p\\[(\\S+) (\\S+)]\\s+f\\[(\\S+) (\\S+)]\\s+([\\w. ]*?)\\s*\\[([^]]*)]\\s*]?\\s*");
    private static final Pattern ONE_LINE = Pattern.compile("(\\w+): ([^,\\[]+|\\[[^]]*])(?:, |$)");

    private RealSenseText() {}

    /** Whether it is one of the three. */
    static boolean isOne(String text) {
        String line = text.strip();
        return BLOCK.matcher(text).find()
                || BRACKETS.matcher(line).matches()
                || (line.startsWith("width: ") && line.contains(", height: "));
    }

    /** The cameras of a text that is one. */
    static List<Candidate> read(String text) {
        String line = text.strip();
        Matcher brackets = BRACKETS.matcher(line);
        if (brackets.matches()) {
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            String[] names = {"width", "height", "ppx", "ppy", "fx", "fy", "model", "coeffs"};
            for (int i = 0; i < names.length; i++) {
                node.put(names[i], brackets.group(i + 1));
            }
            return List.of(new Candidate("RealSense", node, List.of()));
        }
        List<Candidate> cameras = new ArrayList<>();
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            int from = block.end();
            int to = text.indexOf("\n\n", from);
            Matcher next = BLOCK.matcher(text).region(from, text.length());
            int end = Math.min(to < 0 ? text.length() : to, next.find() ? next.start() : text.length());
            cameras.add(new Candidate(block.group(1), members(MEMBER, text.substring(from, end)), List.of()));
        }
        return cameras.isEmpty() ? List.of(new Candidate("RealSense", members(ONE_LINE, line), List.of())) : cameras;
    }

    private static ObjectNode members(Pattern pattern, String text) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        Matcher member = pattern.matcher(text);
        while (member.find()) {
            String value = member.group(2).replaceAll("[\\[\\]]", "");
            node.put(member.group(1).equals("Distortion") ? "model" : member.group(1), value);
        }
        node.remove("FOV"); // follows from the rest
        return node;
    }
}
