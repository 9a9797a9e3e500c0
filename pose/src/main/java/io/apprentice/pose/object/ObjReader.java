package io.apprentice.pose.object;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One OBJ file with its material library. Corners that differ in texture coordinates or normal become vertices of their own. */
final class ObjReader {
    private static final int MAX_CORNERS = 64;

    private final Path file;
    private final String text;
    private final Numbers positions = new Numbers();
    private final Numbers textureCoordinates = new Numbers();
    private final Numbers normals = new Numbers();
    private final Map<String, Material> materials = new HashMap<>();
    private final Map<Corner, Integer> vertices = new HashMap<>();
    private final List<Integer> triangles = new ArrayList<>();
    private final Numbers outPositions = new Numbers();
    private final Numbers outUv = new Numbers();
    private final Numbers outNormals = new Numbers();
    private final Numbers outColours = new Numbers();
    private Material material = new Material("", new float[] {1, 1, 1});
    private String textureFile = "";
    private boolean withoutUv;
    private boolean withoutNormal;
    private int line;

    private record Material(String texture, float[] colour) {}

    /** Indices of position, texture coordinates and normal (-1 for none), and the material. */
    private record Corner(int position, int uv, int normal, Material material) {}

    ObjReader(Path file, byte[] bytes) {
        this.file = file;
        text = new String(bytes, StandardCharsets.UTF_8);
    }

    TriangleMesh read() throws IOException {
        for (String content : (Iterable<String>) text.lines()::iterator) {
            line++;
            String[] words = content.strip().split("\\s+", -1);
            switch (words[0]) {
                case "v" -> numbers(words, 3, positions);
                case "vt" -> numbers(words, 2, textureCoordinates);
                case "vn" -> numbers(words, 3, normals);
                case "f" -> face(words);
                case "mtllib" -> readMaterials(argument(content));
                case "usemtl" -> use(argument(content));
                default -> {} // groups, smoothing, lines, comments
            }
        }
        if (triangles.isEmpty()) {
            throw new IOException(file + ": expected faces, found none in " + line + " lines");
        }
        TriangleMesh mesh = TriangleMesh.of(
                outPositions.toArray(),
                triangles.stream().mapToInt(Integer::intValue).toArray());
        mesh = withoutNormal ? mesh : mesh.withNormals(outNormals.toArray());
        if (!textureFile.isEmpty() && !withoutUv) {
            return mesh.withTexture(outUv.toArray(), MeshReader.texture(file, textureFile));
        }
        float[] colours = outColours.toArray();
        byte[] bytes = new byte[colours.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Math.max(0, Math.min(255, Math.round(255 * colours[i])));
        }
        return mesh.withColours(bytes);
    }

    private String argument(String content) {
        String stripped = content.strip();
        int space = stripped.indexOf(' ');
        return space < 0 ? "" : stripped.substring(space + 1).strip();
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
        if (words.length < 4 || words.length > MAX_CORNERS + 1) {
            throw wrong("a face of 3 to " + MAX_CORNERS + " corners", words.length - 1 + "");
        }
        int first = corner(words[1]);
        int previous = corner(words[2]);
        for (int i = 3; i < words.length; i++) {
            int next = corner(words[i]);
            triangles.addAll(List.of(first, previous, next));
            previous = next;
        }
    }

    private int corner(String word) throws IOException {
        String[] parts = word.split("/", -1);
        Corner corner = new Corner(
                index(parts[0], positions.size() / 3, "vertex"),
                parts.length > 1 && !parts[1].isEmpty() ? index(parts[1], textureCoordinates.size() / 2, "vt") : -1,
                parts.length > 2 && !parts[2].isEmpty() ? index(parts[2], normals.size() / 3, "vn") : -1,
                material);
        Integer known = vertices.get(corner);
        if (known != null) {
            return known;
        }
        outPositions.addFrom(positions, 3 * corner.position(), 3);
        withoutUv |= corner.uv() < 0;
        withoutNormal |= corner.normal() < 0;
        if (corner.uv() >= 0) {
            outUv.add(textureCoordinates.get(2 * corner.uv()));
            outUv.add(1 - textureCoordinates.get(2 * corner.uv() + 1));
        }
        if (corner.normal() >= 0) {
            outNormals.addFrom(normals, 3 * corner.normal(), 3);
        }
        for (float channel : material.colour()) {
            outColours.add(channel);
        }
        vertices.put(corner, vertices.size());
        return vertices.size() - 1;
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
        material = materials.get(name);
        if (material == null) {
            throw wrong("a material of " + materials.keySet(), "'" + name + "'");
        }
        if (!material.texture().isEmpty()) {
            if (!textureFile.isEmpty() && !textureFile.equals(material.texture())) {
                throw wrong("one texture for the mesh, " + textureFile, material.texture() + " as well");
            }
            textureFile = material.texture();
        }
    }

    private void readMaterials(String library) throws IOException {
        Path path = MeshReader.beside(file, library);
        String content = new String(MeshReader.bytes(path), StandardCharsets.UTF_8);
        String name = null;
        String texture = "";
        float[] colour = {1, 1, 1};
        for (String entry : (Iterable<String>) content.lines()::iterator) {
            String[] words = entry.strip().split("\\s+", -1);
            switch (words[0]) {
                case "newmtl" -> {
                    name = argument(entry);
                    texture = "";
                    colour = new float[] {1, 1, 1};
                }
                case "Kd" -> {
                    for (int c = 0; c < 3 && c + 1 < words.length; c++) {
                        colour[c] = number(words[c + 1]);
                    }
                }
                case "map_Kd" -> texture = words[words.length - 1];
                default -> {} // shininess and the like
            }
            if (name != null) {
                materials.put(name, new Material(texture, colour));
            }
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

        void addFrom(Numbers other, int at, int count) {
            for (int i = 0; i < count; i++) {
                add(other.get(at + i));
            }
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
