package io.apprentice.pose.object;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** One OBJ file with its material libraries. */
final class ObjReader {
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    /** Statements that say nothing of the surface: groups, names, smoothing. */
    private static final Set<String> QUIET =
            Set.of("", "g", "o", "s", "mg", "cstype", "bevel", "c_interp", "d_interp", "lod");

    private final Path file;
    private final String text;
    private final Unused unused;
    private final Numbers positions = new Numbers();
    private final Numbers colours = new Numbers();
    private final Numbers textureCoordinates = new Numbers();
    private final Numbers normals = new Numbers();
    private final Map<String, ObjMaterial> materials = new HashMap<>();
    private final List<ObjMaterial> used = new ArrayList<>(List.of(ObjMaterial.NONE));
    private final List<String> textures = new ArrayList<>();
    private final Corners corners;
    private int material;
    private int withoutNormal;
    private int line;

    ObjReader(Path file, byte[] bytes, Unused unused) {
        this.file = file;
        this.unused = unused;
        corners = new Corners(unused);
        text = new String(bytes, StandardCharsets.UTF_8);
    }

    TriangleMesh read() throws IOException {
        Lines lines = new Lines(text);
        while (lines.hasNext()) {
            String content = lines.next();
            line = lines.number();
            String keyword = BLANKS.split(content, 2)[0];
            switch (keyword) {
                case "v" -> vertex(words(content));
                case "vt" -> numbers(words(content), 2, textureCoordinates);
                case "vn" -> numbers(words(content), 3, normals);
                case "f", "fo" -> face(words(content));
                case "mtllib" -> readMaterials(argument(content));
                case "usemtl" -> use(argument(content));
                default -> {
                    if (!keyword.startsWith("#") && !QUIET.contains(keyword)) {
                        unused.add(keyword);
                    }
                }
            }
        }
        if (corners.triangles() == 0) {
            throw new IOException(file + ": expected faces, found none in " + line + " lines");
        }
        if (withoutNormal > 0 && normals.size() > 0) {
            unused.add("vn, since %d corners have none".formatted(withoutNormal));
        }
        byte[] ofVertices = MeshReader.channels(colours.toArray(), true);
        if (colours.size() > 0 && !textures.isEmpty()) {
            unused.add("colours where there is a texture");
        }
        int[] textureOf =
                used.stream().mapToInt(m -> textures.indexOf(m.texture())).toArray();
        return corners.mesh(
                file,
                positions.toArray(),
                normals.toArray(),
                textures,
                surface -> textureOf[surface],
                (position, surface) -> colours.size() > 0
                        ? (ofVertices[3 * position] & 255) << 16
                                | (ofVertices[3 * position + 1] & 255) << 8
                                | (ofVertices[3 * position + 2] & 255)
                        : used.get(surface).rgb());
    }

    /** The words of a statement of numbers, without a comment behind them. */
    private static String[] words(String content) {
        int comment = content.indexOf('#');
        return BLANKS.split((comment < 0 ? content : content.substring(0, comment)).strip(), -1);
    }

    private static String argument(String content) {
        String[] parts = BLANKS.split(content, 2);
        return parts.length < 2 ? "" : parts[1];
    }

    /** x y z, and perhaps a weight, or a colour, or a colour and its alpha. */
    private void vertex(String[] words) throws IOException {
        numbers(words, 3, positions);
        if (words.length == 7 || words.length == 8) {
            while (colours.size() < positions.size() - 3) {
                colours.add(1); // those before have none
            }
            for (int i = 4; i < 7; i++) {
                colours.add(number(words[i]));
            }
        } else if (colours.size() > 0) {
            for (int i = 0; i < 3; i++) {
                colours.add(1);
            }
        }
        if (words.length == 8 && number(words[7]) < 1) {
            unused.add("alpha of v");
        } else if (words.length == 5 && number(words[4]) != 1) {
            unused.add("weight of v");
        } else if (words.length == 6 || words.length > 8) {
            unused.add("%d numbers of v after x y z".formatted(words.length - 4));
        }
    }

    private void numbers(String[] words, int count, Numbers to) throws IOException {
        if (words.length <= count) {
            throw wrong(count + " numbers after " + words[0], words.length - 1 + "");
        }
        for (int i = 1; i <= count; i++) {
            to.add(number(words[i]));
        }
    }

    private float number(String word) throws IOException {
        try {
            return MeshReader.finite(Double.parseDouble(word), () -> file + ": line " + line);
        } catch (NumberFormatException e) {
            throw new IOException("%s: line %d: expected a number, got '%s'".formatted(file, line, word), e);
        }
    }

    private IOException wrong(String expected, String got) {
        return new IOException("%s: line %d: expected %s, got %s".formatted(file, line, expected, got));
    }

    private void face(String[] words) throws IOException {
        int n = words.length - 1;
        if (n < 3 || n > Polygon.MAX_CORNERS) {
            throw wrong("a face of 3 to " + Polygon.MAX_CORNERS + " corners", n + "");
        }
        int[] position = new int[n];
        int[] uv = new int[n];
        int[] normal = new int[n];
        for (int i = 0; i < n; i++) {
            String[] parts = words[i + 1].split("/", -1);
            position[i] = index(parts[0], positions.size() / 3, "vertex");
            uv[i] = parts.length > 1 && !parts[1].isEmpty() ? index(parts[1], textureCoordinates.size() / 2, "vt") : -1;
            normal[i] = parts.length > 2 && !parts[2].isEmpty() ? index(parts[2], normals.size() / 3, "vn") : -1;
            withoutNormal += normal[i] < 0 ? 1 : 0;
        }
        ObjMaterial look = used.get(material);
        for (int c : n == 3 ? new int[] {0, 1, 2} : MeshReader.triangles(positions.values, position, n)) {
            boolean has = uv[c] >= 0;
            corners.add(
                    position[c],
                    normal[c],
                    has ? look.u(textureCoordinates.get(2 * uv[c])) : Float.NaN,
                    has ? 1 - look.v(textureCoordinates.get(2 * uv[c] + 1)) : Float.NaN,
                    material);
        }
    }

    private int index(String word, int size, String what) throws IOException {
        try {
            int number = Integer.parseInt(word);
            int index = number < 0 ? size + number : number - 1;
            if (index >= 0 && index < size) {
                return index;
            }
        } catch (NumberFormatException e) {
            throw new IOException("%s: line %d: expected a %s number, got '%s'".formatted(file, line, what, word), e);
        }
        throw wrong("a %s number from 1 to %d".formatted(what, size), word);
    }

    private void use(String name) throws IOException {
        ObjMaterial look = materials.get(name);
        if (look == null) {
            throw wrong("a material of " + materials.keySet(), "'" + name + "'");
        }
        material = used.indexOf(look);
        if (material < 0) {
            material = used.size();
            used.add(look);
        }
        if (!look.texture().isEmpty() && !textures.contains(look.texture())) {
            textures.add(look.texture());
        }
    }

    /** One library whose name may hold blanks, or several without. */
    private void readMaterials(String names) throws IOException {
        Path whole = MeshReader.beside(file, names);
        if (Files.isRegularFile(whole) || !names.contains(" ")) {
            materials.putAll(ObjMaterial.read(whole, unused));
            return;
        }
        for (String name : names.split("\\s+", -1)) {
            Path library = MeshReader.beside(file, name);
            materials.putAll(ObjMaterial.read(Files.isRegularFile(library) ? library : whole, unused));
        }
    }

    /** The lines of a text, stripped and without a byte order mark; one that ends in a backslash goes on in the next, unless it is a comment. */
    static final class Lines implements Iterator<String> {
        private final Iterator<String> lines;
        private int read;
        private int number;

        Lines(String text) {
            lines = (text.startsWith("\uFEFF") ? text.substring(1) : text)
                    .lines()
                    .iterator();
        }

        @Override
        public boolean hasNext() {
            return lines.hasNext();
        }

        @Override
        public String next() {
            String content = lines.next().strip();
            number = ++read;
            if (content.startsWith("#") || !content.endsWith("\\")) {
                return content;
            }
            StringBuilder whole = new StringBuilder();
            while (content.endsWith("\\")) {
                whole.append(content, 0, content.length() - 1).append(' ');
                content = lines.hasNext() ? lines.next().strip() : "";
                read++;
            }
            return whole.append(content).toString().strip();
        }

        /** Where the last one began, from 1. */
        int number() {
            return number;
        }
    }

    /** A list of numbers that grows. */
    private static final class Numbers {
        private float[] values = new float[64];
        private int size;

        void add(float value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = value;
        }

        float get(int i) {
            return values[i];
        }

        int size() {
            return size;
        }

        float[] toArray() {
            return Arrays.copyOf(values, size);
        }
    }
}
