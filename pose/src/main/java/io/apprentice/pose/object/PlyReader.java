package io.apprentice.pose.object;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** One PLY file. */
final class PlyReader {
    private static final int MAX_HEADER_LINES = 1000;
    private static final int MAX_CORNERS = 64;
    private static final Map<String, Type> TYPES = Map.ofEntries(
            Map.entry("char", Type.INT8), Map.entry("int8", Type.INT8),
            Map.entry("uchar", Type.UINT8), Map.entry("uint8", Type.UINT8),
            Map.entry("short", Type.INT16), Map.entry("int16", Type.INT16),
            Map.entry("ushort", Type.UINT16), Map.entry("uint16", Type.UINT16),
            Map.entry("int", Type.INT32), Map.entry("int32", Type.INT32),
            Map.entry("uint", Type.UINT32), Map.entry("uint32", Type.UINT32),
            Map.entry("float", Type.FLOAT32), Map.entry("float32", Type.FLOAT32),
            Map.entry("double", Type.FLOAT64), Map.entry("float64", Type.FLOAT64));

    private final Path file;
    private final ByteBuffer data;
    private final List<Element> elements = new ArrayList<>();
    private boolean ascii;
    private String textureFile = "";
    private int line = 1;

    private float[] positions = {};
    private float[] normals = {};
    private float[] uv = {};
    private byte[] colours = {};
    private int[] triangles = {};
    private int corners;

    private enum Type {
        INT8(1),
        UINT8(1),
        INT16(2),
        UINT16(2),
        INT32(4),
        UINT32(4),
        FLOAT32(4),
        FLOAT64(8);

        private final int size;

        Type(int size) {
            this.size = size;
        }

        boolean isReal() {
            return this == FLOAT32 || this == FLOAT64;
        }
    }

    /** A value per element, or with a count type a list of them. */
    private record Property(String name, Type type, Type countType) {
        boolean isList() {
            return countType != null;
        }
    }

    private record Element(String name, int count, List<Property> properties) {}

    PlyReader(Path file, byte[] bytes) {
        this.file = file;
        data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    TriangleMesh read() throws IOException {
        readHeader();
        for (Element element : elements) {
            for (int i = 0; i < element.count(); i++) {
                readOne(element, i);
            }
        }
        if (positions.length == 0 || corners == 0) {
            throw new IOException(
                    file + ": expected vertices and faces, got %d and %d".formatted(positions.length / 3, corners / 3));
        }
        TriangleMesh mesh = TriangleMesh.of(positions, Arrays.copyOf(triangles, corners));
        mesh = normals.length > 0 ? mesh.withNormals(normals) : mesh;
        mesh = colours.length > 0 ? mesh.withColours(colours) : mesh;
        return uv.length > 0 && !textureFile.isEmpty()
                ? mesh.withTexture(uv, MeshReader.texture(file, textureFile))
                : mesh;
    }

    private void readHeader() throws IOException {
        if (!headerLine().equals("ply")) {
            throw new IOException(file + ": line 1: expected 'ply'");
        }
        String[] format = headerLine().split("\\s+", -1);
        ascii = format.length == 3 && format[1].equals("ascii");
        if (format.length != 3 || !format[0].equals("format") || !(ascii || format[1].equals("binary_little_endian"))) {
            throw new IOException(file + ": line 2: expected format ascii or binary_little_endian, got '"
                    + String.join(" ", format) + "'");
        }
        List<Property> properties = new ArrayList<>();
        for (String text = headerLine(); !text.equals("end_header"); text = headerLine()) {
            String[] words = text.split("\\s+", -1);
            switch (words[0]) {
                case "comment" -> {
                    if (words.length >= 3 && words[1].equals("TextureFile")) {
                        textureFile =
                                text.substring(text.indexOf("TextureFile") + 11).strip();
                    }
                }
                case "obj_info" -> {}
                case "element" -> {
                    expect(words.length == 3, "element, name and count", text);
                    expect(
                            elements.stream().noneMatch(e -> e.name().equals(words[1])),
                            "one element of each name",
                            text);
                    properties = new ArrayList<>();
                    elements.add(new Element(words[1], count(words[2]), properties));
                }
                case "property" -> {
                    boolean list = words.length == 5 && words[1].equals("list");
                    expect((list || words.length == 3) && !elements.isEmpty(), "property of an element", text);
                    Type countType = list ? type(words[2]) : null;
                    expect(countType == null || !countType.isReal(), "a whole number as list length", text);
                    properties.add(new Property(words[words.length - 1], type(words[words.length - 2]), countType));
                }
                default -> expect(false, "element, property, comment or end_header", text);
            }
        }
        checkRoom();
    }

    private String headerLine() throws IOException {
        int start = data.position();
        while (data.hasRemaining()) {
            if (data.get() == '\n') {
                line++;
                if (line > MAX_HEADER_LINES) {
                    break;
                }
                return new String(data.array(), start, data.position() - start, StandardCharsets.ISO_8859_1).strip();
            }
        }
        throw new IOException(file + ": line " + line + ": expected end_header within " + MAX_HEADER_LINES + " lines");
    }

    private void expect(boolean holds, String expected, String got) throws IOException {
        if (!holds) {
            String shown = got.length() > 60 ? got.substring(0, 60) + "..." : got;
            throw new IOException("%s: line %d: expected %s, got '%s'".formatted(file, line - 1, expected, shown));
        }
    }

    private int count(String word) throws IOException {
        expect(word.matches("\\d{1,9}"), "a count below 1000000000", word);
        return Integer.parseInt(word);
    }

    private Type type(String word) throws IOException {
        expect(TYPES.containsKey(word), "a type such as float or uchar", word);
        return TYPES.get(word);
    }

    /** Takes memory only for what the rest of the file can hold. */
    private void checkRoom() throws IOException {
        long least = 0;
        for (Element element : elements) {
            long each = 0;
            for (Property p : element.properties()) {
                each += ascii ? 2 : p.isList() ? p.countType().size : p.type().size;
            }
            least += Math.max(1, each) * element.count();
        }
        if (least - 1 > data.remaining()) {
            throw new IOException("%s: header announces at least %d bytes of data, expected within the %d that follow"
                    .formatted(file, least, data.remaining()));
        }
        for (Element element : elements) {
            int n = element.count();
            if (element.name().equals("vertex")) {
                positions = new float[3 * n];
                normals = has(element, "nx") ? new float[3 * n] : normals;
                colours = has(element, "red") ? new byte[3 * n] : colours;
                uv = has(element, "texture_u") || has(element, "s") || has(element, "u") ? new float[2 * n] : uv;
            } else if (element.name().equals("face")) {
                triangles = new int[3 * n];
            }
        }
    }

    private static boolean has(Element element, String property) {
        return element.properties().stream().anyMatch(p -> p.name().equals(property));
    }

    private void readOne(Element element, int i) throws IOException {
        boolean vertex = element.name().equals("vertex");
        for (Property p : element.properties()) {
            if (p.isList()) {
                int n = (int) next(p.countType(), element, i);
                boolean face = element.name().equals("face")
                        && p.name().toLowerCase(Locale.ROOT).startsWith("vertex_ind");
                if (n < (face ? 3 : 0) || n > (face ? MAX_CORNERS : data.remaining())) {
                    throw new IOException("%s: expected 3 to %d entries in %s, got %d"
                            .formatted(place(element, i), MAX_CORNERS, p.name(), n));
                }
                int first = 0;
                int previous = 0;
                for (int k = 0; k < n; k++) {
                    int value = (int) next(p.type(), element, i);
                    if (face && k == 0) {
                        first = value;
                    } else if (face && k >= 2) {
                        triangle(first, previous, value);
                    }
                    previous = value;
                }
            } else {
                double value = next(p.type(), element, i);
                if (vertex) {
                    set(p, i, value, () -> place(element, i));
                }
            }
        }
    }

    private void set(Property p, int i, double value, Supplier<String> place) throws IOException {
        switch (p.name()) {
            case "x" -> positions[3 * i] = MeshReader.finite(value, place);
            case "y" -> positions[3 * i + 1] = MeshReader.finite(value, place);
            case "z" -> positions[3 * i + 2] = MeshReader.finite(value, place);
            case "nx" -> normals[3 * i] = MeshReader.finite(value, place);
            case "ny" -> put(normals, 3 * i + 1, MeshReader.finite(value, place));
            case "nz" -> put(normals, 3 * i + 2, MeshReader.finite(value, place));
            case "red" -> colours[3 * i] = channel(p, value);
            case "green" -> put(colours, 3 * i + 1, channel(p, value));
            case "blue" -> put(colours, 3 * i + 2, channel(p, value));
            case "texture_u", "s", "u" -> uv[2 * i] = MeshReader.finite(value, place);
            case "texture_v", "t", "v" -> put(uv, 2 * i + 1, 1 - MeshReader.finite(value, place));
            default -> {}
        }
    }

    private static void put(float[] array, int at, float value) {
        if (at < array.length) {
            array[at] = value;
        }
    }

    private static void put(byte[] array, int at, byte value) {
        if (at < array.length) {
            array[at] = value;
        }
    }

    private static byte channel(Property p, double value) {
        return (byte) Math.max(0, Math.min(255, p.type().isReal() ? 255 * value : value));
    }

    private void triangle(int a, int b, int c) {
        if (corners + 3 > triangles.length) {
            triangles = Arrays.copyOf(triangles, 2 * triangles.length + 3);
        }
        triangles[corners++] = a;
        triangles[corners++] = b;
        triangles[corners++] = c;
    }

    private String place(Element element, int i) {
        return ascii
                ? "%s: line %d (%s %d)".formatted(file, line, element.name(), i)
                : "%s: %s %d".formatted(file, element.name(), i);
    }

    private double next(Type type, Element element, int i) throws IOException {
        if (!ascii) {
            if (data.remaining() < type.size) {
                throw new IOException(place(element, i) + ": expected " + type + ", the file ends here");
            }
            return switch (type) {
                case INT8 -> data.get();
                case UINT8 -> data.get() & 255;
                case INT16 -> data.getShort();
                case UINT16 -> data.getShort() & 0xffff;
                case INT32 -> data.getInt();
                case UINT32 -> data.getInt() & 0xffffffffL;
                case FLOAT32 -> data.getFloat();
                case FLOAT64 -> data.getDouble();
            };
        }
        byte[] bytes = data.array();
        int at = data.position();
        while (at < bytes.length && bytes[at] <= ' ' && bytes[at] >= 0) {
            line += bytes[at] == '\n' ? 1 : 0;
            at++;
        }
        int end = at;
        while (end < bytes.length && end - at < 40 && (bytes[end] > ' ' || bytes[end] < 0)) {
            end++;
        }
        data.position(end);
        String word = new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
        try {
            return Double.parseDouble(word);
        } catch (NumberFormatException e) {
            String got = word.isEmpty() ? "the end of the file" : "'" + word + "'";
            throw new IOException(place(element, i) + ": expected a number, got " + got, e);
        }
    }
}
