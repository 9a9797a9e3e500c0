package io.apprentice.export;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** BOP's numbers of names: the number that a name or its file is, if nobody has it, else the next free one, from 1. */
final class Numbers {

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
    private static final Pattern FILE = Pattern.compile("(?:.*[/\\\\])?obj_(\\d{1,9})\\.[a-z]+");

    private final Map<String, String> files;
    private final Map<String, Integer> given = new LinkedHashMap<>();

    /** @param files name to mesh file; BOP names its meshes {@code obj_000005.ply} */
    Numbers(Map<String, String> files) {
        this.files = files;
    }

    int of(String name) {
        return given.computeIfAbsent(name, this::next);
    }

    private int next(String name) {
        Matcher file = FILE.matcher(files.getOrDefault(name, ""));
        String wanted = NUMBER.matcher(name).matches() ? name : file.matches() ? file.group(1) : "";
        int number = wanted.isEmpty() ? 1 : Integer.parseInt(wanted);
        while (given.containsValue(number)) {
            number++;
        }
        return number;
    }

    Map<String, Integer> given() {
        return given;
    }
}
