package io.apprentice.pose.object;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How a part of an OBJ mesh looks without light.
 *
 * @param texture name of the picture, or empty
 * @param rgb colour where there is none, 0xRRGGBB
 * @param scale factors of the texture coordinates u and v
 * @param offset added to them
 */
record ObjMaterial(String texture, int rgb, List<Float> scale, List<Float> offset) {
    static final ObjMaterial NONE = new ObjMaterial("", 0xffffff, List.of(1f, 1f), List.of(0f, 0f));

    /** Statements about light, which is not the surface's own. */
    private static final Set<String> QUIET = Set.of(
            "",
            "ka",
            "ks",
            "ke",
            "ns",
            "ni",
            "illum",
            "tf",
            "sharpness",
            "pr",
            "pm",
            "ps",
            "pc",
            "pcr",
            "aniso",
            "anisor");
    /** Options before a texture's name, and how many words may follow each. */
    private static final Map<String, Integer> OPTIONS = Map.ofEntries(
            Map.entry("-s", 3),
            Map.entry("-o", 3),
            Map.entry("-t", 3),
            Map.entry("-mm", 2),
            Map.entry("-texres", 1),
            Map.entry("-boost", 1),
            Map.entry("-bm", 1),
            Map.entry("-blendu", -1),
            Map.entry("-blendv", -1),
            Map.entry("-clamp", -1),
            Map.entry("-cc", -1),
            Map.entry("-imfchan", -1),
            Map.entry("-type", -1));

    float u(float u) {
        return u * scale.get(0) + offset.get(0);
    }

    float v(float v) {
        return v * scale.get(1) + offset.get(1);
    }

    /**
     * The materials of a library, by name.
     *
     * @throws IOException if it is missing or broken, naming it
     */
    static Map<String, ObjMaterial> read(Path library, Unused unused) throws IOException {
        Map<String, ObjMaterial> materials = new HashMap<>();
        ObjReader.Lines lines = new ObjReader.Lines(new String(MeshReader.bytes(library), StandardCharsets.UTF_8));
        String name = null;
        ObjMaterial material = NONE;
        while (lines.hasNext()) {
            String[] parts = lines.next().split("\\s+", 2);
            String argument = parts.length < 2 ? "" : parts[1];
            String keyword = parts[0].toLowerCase(Locale.ROOT);
            switch (keyword) {
                case "newmtl" -> {
                    name = argument;
                    material = NONE;
                }
                case "kd" -> material = material.withColour(library, lines.number(), argument);
                case "map_kd" -> material = material.withTexture(library, lines.number(), argument, unused);
                case "d", "tr" -> {
                    if (Double.compare(
                                    number(library, lines.number(), argument.replaceFirst("-halo\\s+", "")),
                                    keyword.equals("d") ? 1 : 0)
                            != 0) {
                        unused.add("%s of %s".formatted(parts[0], name));
                    }
                }
                default -> {
                    if (!keyword.startsWith("#") && !QUIET.contains(keyword)) {
                        unused.add("%s of %s".formatted(parts[0], name));
                    }
                }
            }
            if (name != null) {
                materials.put(name, material);
            }
        }
        return materials;
    }

    private ObjMaterial withColour(Path library, int line, String argument) throws IOException {
        String[] words = argument.split("\\s+", -1);
        int colour = 0;
        for (int c = 0; c < 3; c++) {
            float share = number(library, line, words[Math.min(c, words.length - 1)]); // one number is grey
            colour = colour << 8 | Math.max(0, Math.min(255, Math.round(255 * share)));
        }
        return new ObjMaterial(texture, colour, scale, offset);
    }

    private ObjMaterial withTexture(Path library, int line, String argument, Unused unused) throws IOException {
        String rest = argument;
        Float[] newScale = {1f, 1f};
        Float[] newOffset = {0f, 0f};
        while (rest.startsWith("-")) {
            String[] words = rest.split("\\s+", 5);
            String option = words[0].toLowerCase(Locale.ROOT);
            Integer most = OPTIONS.get(option);
            if (most == null) {
                break; // a name that starts so
            }
            int n = most < 0 ? 1 : 0;
            while (n < most && n + 1 < words.length && isNumber(words[n + 1])) {
                n++;
            }
            Float[] to = option.equals("-s") ? newScale : option.equals("-o") ? newOffset : new Float[0];
            for (int i = 0; i < Math.min(n, to.length); i++) {
                to[i] = number(library, line, words[i + 1]);
            }
            if (to.length == 0) {
                unused.add("map_Kd " + String.join(" ", Arrays.copyOf(words, Math.min(words.length, n + 1))));
            }
            String[] after = rest.split("\\s+", n + 2);
            rest = after.length > n + 1 ? after[n + 1] : "";
        }
        if (rest.length() > 1 && rest.startsWith("\"") && rest.endsWith("\"")) {
            rest = rest.substring(1, rest.length() - 1);
        }
        return new ObjMaterial(rest, rgb, List.of(newScale), List.of(newOffset));
    }

    private static boolean isNumber(String word) {
        return word.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");
    }

    private static float number(Path library, int line, String word) throws IOException {
        try {
            return MeshReader.finite(Double.parseDouble(word.strip()), () -> library + ": line " + line);
        } catch (NumberFormatException e) {
            throw new IOException("%s: line %d: expected a number, got '%s'".formatted(library, line, word), e);
        }
    }
}
