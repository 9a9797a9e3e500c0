package io.apprentice.pose.object;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What the header of a PLY file announces, and what each property says about the surface. */
final class PlyHeader {
    private static final int MAX_LINES = 1000;
    private static final Map<String, Type> TYPES = Map.ofEntries(
            Map.entry("char", Type.INT8), Map.entry("int8", Type.INT8),
            Map.entry("uchar", Type.UINT8), Map.entry("uint8", Type.UINT8),
            Map.entry("short", Type.INT16), Map.entry("int16", Type.INT16),
            Map.entry("ushort", Type.UINT16), Map.entry("uint16", Type.UINT16),
            Map.entry("int", Type.INT32), Map.entry("int32", Type.INT32),
            Map.entry("uint", Type.UINT32), Map.entry("uint32", Type.UINT32),
            Map.entry("float", Type.FLOAT32), Map.entry("float32", Type.FLOAT32),
            Map.entry("double", Type.FLOAT64), Map.entry("float64", Type.FLOAT64));
    /** Names of scalars, in lower case. */
    private static final Map<String, Role> ROLES = Map.ofEntries(
            Map.entry("x", Role.X),
            Map.entry("y", Role.Y),
            Map.entry("z", Role.Z),
            Map.entry("nx", Role.NX),
            Map.entry("ny", Role.NY),
            Map.entry("nz", Role.NZ),
            Map.entry("normal_x", Role.NX),
            Map.entry("normal_y", Role.NY),
            Map.entry("normal_z", Role.NZ),
            Map.entry("red", Role.RED),
            Map.entry("green", Role.GREEN),
            Map.entry("blue", Role.BLUE),
            Map.entry("diffuse_red", Role.RED),
            Map.entry("diffuse_green", Role.GREEN),
            Map.entry("diffuse_blue", Role.BLUE),
            Map.entry("r", Role.RED),
            Map.entry("g", Role.GREEN),
            Map.entry("b", Role.BLUE),
            Map.entry("alpha", Role.ALPHA),
            Map.entry("diffuse_alpha", Role.ALPHA),
            Map.entry("a", Role.ALPHA),
            Map.entry("texture_u", Role.U),
            Map.entry("texture_v", Role.V),
            Map.entry("s", Role.U),
            Map.entry("t", Role.V),
            Map.entry("u", Role.U),
            Map.entry("v", Role.V),
            Map.entry("texnumber", Role.TEXTURE));
    /** Each of them says nothing without the others. */
    private static final List<Set<Role>> TOGETHER = List.of(
            EnumSet.of(Role.X, Role.Y, Role.Z),
            EnumSet.of(Role.NX, Role.NY, Role.NZ),
            EnumSet.of(Role.RED, Role.GREEN, Role.BLUE),
            EnumSet.of(Role.U, Role.V));

    private static final Set<Role> OF_FACES = EnumSet.of(Role.RED, Role.GREEN, Role.BLUE, Role.ALPHA, Role.TEXTURE);

    private final Path file;
    private final ByteBuffer data;
    private final Unused unused;
    private final List<Element> elements = new ArrayList<>();
    private final List<String> textures = new ArrayList<>();
    private boolean ascii;
    private int line = 1;

    enum Type {
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

        /** Bytes. */
        int size() {
            return size;
        }

        boolean isReal() {
            return this == FLOAT32 || this == FLOAT64;
        }
    }

    enum Role {
        X(0),
        Y(1),
        Z(2),
        NX(0),
        NY(1),
        NZ(2),
        RED(0),
        GREEN(1),
        BLUE(2),
        ALPHA(0),
        U(0),
        V(1),
        /** Number of a face's texture. */
        TEXTURE(0),
        /** Vertices of a face. */
        CORNERS(0),
        /** Texture coordinates of a face, two per corner. */
        COORDINATES(0),
        NOTHING(0);

        private final int channel;

        Role(int channel) {
            this.channel = channel;
        }

        /** Which of those that belong together, from 0. */
        int channel() {
            return channel;
        }
    }

    /** A value per element, or with a count type a list of them. */
    record Property(String name, Type type, Type countType, Role role) {
        boolean isList() {
            return countType != null;
        }

        private Property with(Role other) {
            return new Property(name, type, countType, other);
        }
    }

    record Element(String name, int count, List<Property> properties) {
        boolean isVertex() {
            return name.equals("vertex");
        }

        boolean isFace() {
            return name.equals("face");
        }

        boolean has(Role role) {
            return properties.stream().anyMatch(p -> p.role() == role);
        }
    }

    /** Reads the header; the data's position is then behind it, and its order that of the file. */
    PlyHeader(Path file, ByteBuffer data, Unused unused) throws IOException {
        this.file = file;
        this.data = data;
        this.unused = unused;
        read();
        checkRoom();
        elements.forEach(this::assignRoles);
    }

    List<Element> elements() {
        return elements;
    }

    /** Names of texture files. */
    List<String> textures() {
        return textures;
    }

    boolean ascii() {
        return ascii;
    }

    /** Number of the first line of data. */
    int line() {
        return line;
    }

    private void read() throws IOException {
        if (!headerLine().equals("ply")) {
            throw new IOException(file + ": line 1: expected 'ply'");
        }
        String[] format = headerLine().split("\\s+", -1);
        ascii = format.length == 3 && format[1].equals("ascii");
        boolean big = format.length == 3 && format[1].equals("binary_big_endian");
        if (format.length != 3
                || !format[0].equals("format")
                || !(ascii || big || format[1].equals("binary_little_endian"))) {
            throw new IOException(
                    file + ": line 2: expected format ascii, binary_little_endian or binary_big_endian, got '"
                            + String.join(" ", format) + "'");
        }
        data.order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        List<Property> properties = new ArrayList<>();
        for (String text = headerLine(); !text.equals("end_header"); text = headerLine()) {
            String[] words = text.split("\\s+", -1);
            switch (words[0]) {
                case "comment" -> {
                    if (words.length >= 3 && words[1].equalsIgnoreCase("TextureFile")) {
                        textures.add(text.substring(text.indexOf(words[1]) + words[1].length())
                                .strip());
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
                    properties.add(new Property(
                            words[words.length - 1], type(words[words.length - 2]), countType, Role.NOTHING));
                }
                default -> expect(false, "element, property, comment or end_header", text);
            }
        }
    }

    /** Finds out what the properties say, and names those that will not be used. */
    private void assignRoles(Element element) {
        List<Property> properties = element.properties();
        if (element.isVertex() || element.isFace()) {
            Set<Role> taken = EnumSet.noneOf(Role.class);
            properties.replaceAll(p -> {
                Role role = role(element, p);
                return taken.add(role) ? p.with(role) : p;
            });
            for (Set<Role> group : TOGETHER) {
                if (!taken.containsAll(group)) {
                    properties.replaceAll(p -> group.contains(p.role()) ? p.with(Role.NOTHING) : p);
                }
            }
            if (textures.isEmpty()) {
                Set<Role> coordinates = EnumSet.of(Role.U, Role.V, Role.COORDINATES, Role.TEXTURE);
                properties.replaceAll(p -> coordinates.contains(p.role()) ? p.with(Role.NOTHING) : p);
            }
            properties.stream()
                    .filter(p -> p.role() == Role.NOTHING)
                    .forEach(p -> unused.add("%s of %s".formatted(p.name(), element.name())));
        } else if (element.count() > 0) {
            unused.add("element " + element.name());
        }
    }

    private static Role role(Element element, Property property) {
        String name = property.name().toLowerCase(Locale.ROOT);
        if (!property.isList()) {
            Role role = ROLES.getOrDefault(name, Role.NOTHING);
            return element.isFace() == OF_FACES.contains(role) || (element.isVertex() && role != Role.TEXTURE)
                    ? role
                    : Role.NOTHING;
        }
        boolean only = element.properties().stream()
                        .filter(p -> p.isList() && !p.type().isReal())
                        .count()
                == 1;
        return element.isVertex()
                ? Role.NOTHING
                : name.startsWith("vertex_ind") || (only && !property.type().isReal())
                        ? Role.CORNERS
                        : name.startsWith("texcoord") || name.equals("uv") ? Role.COORDINATES : Role.NOTHING;
    }

    private String headerLine() throws IOException {
        int start = data.position();
        while (data.hasRemaining()) {
            if (data.get() == '\n') {
                line++;
                if (line > MAX_LINES) {
                    break;
                }
                byte[] text = new byte[data.position() - start];
                data.get(start, text);
                return new String(text, StandardCharsets.UTF_8).strip();
            }
        }
        throw new IOException(file + ": line " + line + ": expected end_header within " + MAX_LINES + " lines");
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
                each += ascii ? 2 : p.isList() ? p.countType().size() : p.type().size();
            }
            least += Math.max(1, each) * element.count();
        }
        if (least - 1 > data.remaining()) {
            throw new IOException("%s: header announces at least %d bytes of data, expected within the %d that follow"
                    .formatted(file, least, data.remaining()));
        }
    }
}
