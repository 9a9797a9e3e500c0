package io.apprentice.pose.object;

import io.apprentice.pose.object.PlyHeader.Element;
import io.apprentice.pose.object.PlyHeader.Property;
import io.apprentice.pose.object.PlyHeader.Role;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** One PLY file. */
final class PlyReader {
    private static final int MAX_CORNERS = Polygon.MAX_CORNERS;
    private static final int[] TRIANGLE = {0, 1, 2};

    private final Path file;
    private final ByteBuffer data;
    private final Unused unused;
    private final List<Element> elements;
    private final List<String> textures;
    private final boolean ascii;
    private int line;

    private float[] positions = {};
    private float[] normals = {};
    private float[] uv = {};
    private float[] colours = {};
    private boolean realColours;
    private float[] faceColours = {};
    private boolean realFaceColours;
    private int[] faceTextures = {};
    private boolean faceCoordinates;

    private final Corners corners;
    private int[] triangles = {};
    private int size;
    /** The face at hand: its corners and their texture coordinates. */
    private int[] face = new int[8];

    private float[] faceUv = new float[16];
    private int faceCorners;
    private int faceNumbers;

    PlyReader(Path file, byte[] bytes, Unused unused) throws IOException {
        this.file = file;
        this.unused = unused;
        corners = new Corners(unused);
        data = ByteBuffer.wrap(bytes);
        PlyHeader header = new PlyHeader(file, data, unused);
        elements = header.elements();
        textures = header.textures();
        ascii = header.ascii();
        line = header.line();
    }

    TriangleMesh read() throws IOException {
        takeRoom();
        for (Element element : elements) {
            for (int i = 0; i < element.count(); i++) {
                readOne(element, i);
            }
        }
        if (positions.length == 0 || size + corners.triangles() == 0) {
            String others = elements.stream()
                    .filter(e -> e.count() > 0 && !e.isVertex() && !e.isFace())
                    .map(e -> " and %d of element %s, which is not read".formatted(e.count(), e.name()))
                    .collect(Collectors.joining());
            throw new IOException(file
                    + ": expected vertices and faces, got %d and %d%s"
                            .formatted(positions.length / 3, size / 3 + corners.triangles(), others));
        }
        return bySurface() ? ofCorners() : ofVertices();
    }

    /** Whether faces say what their vertices do not. */
    private boolean bySurface() {
        return faceColours.length > 0 || faceCoordinates || faceTextures.length > 0;
    }

    private boolean textured() {
        return uv.length > 0 || faceCoordinates;
    }

    private TriangleMesh ofVertices() throws IOException {
        TriangleMesh mesh = TriangleMesh.of(positions, Arrays.copyOf(triangles, size));
        mesh = normals.length > 0 ? mesh.withNormals(normals) : mesh;
        if (uv.length > 0) {
            return mesh.withTexture(uv, Texture.of(MeshReader.image(file, textures.get(0))));
        }
        return colours.length > 0 ? mesh.withColours(MeshReader.channels(colours, realColours)) : mesh;
    }

    private TriangleMesh ofCorners() throws IOException {
        byte[] ofVertices = MeshReader.channels(colours, realColours);
        byte[] ofFaces = MeshReader.channels(faceColours, realFaceColours);
        for (int number : faceTextures) {
            if (number >= textures.size()) {
                throw new IOException(
                        "%s: expected texnumber 0 to %d, as many as there are 'comment TextureFile', got %d"
                                .formatted(file, textures.size() - 1, number));
            }
        }
        return corners.mesh(
                file,
                positions,
                normals,
                textures,
                face -> faceTextures.length > 0
                        ? Math.max(-1, faceTextures[face])
                        : textures.isEmpty() || !textured() ? -1 : 0,
                (vertex, face) ->
                        ofVertices.length > 0 ? rgb(ofVertices, vertex) : ofFaces.length > 0 ? rgb(ofFaces, face) : -1);
    }

    private static int rgb(byte[] channels, int i) {
        return (channels[3 * i] & 255) << 16 | (channels[3 * i + 1] & 255) << 8 | (channels[3 * i + 2] & 255);
    }

    private void takeRoom() throws IOException {
        for (Element element : elements) {
            int n = element.count();
            if (element.isVertex()) {
                if (!element.has(Role.X)) {
                    throw new IOException(file + ": expected the properties x, y and z of vertex");
                }
                positions = new float[3 * n];
                normals = element.has(Role.NX) ? new float[3 * n] : normals;
                colours = element.has(Role.RED) ? new float[3 * n] : colours;
                uv = element.has(Role.U) ? new float[2 * n] : uv;
            } else if (element.isFace()) {
                triangles = new int[3 * n];
                faceCoordinates = element.has(Role.COORDINATES);
                faceColours = element.has(Role.RED) ? new float[3 * n] : faceColours;
                faceTextures = element.has(Role.TEXTURE) ? new int[n] : faceTextures;
            }
        }
        boolean textured = textured();
        if (!textured || faceTextures.length == 0) {
            textures.stream().skip(textured ? 1 : 0).forEach(name -> unused.add("TextureFile " + name));
        }
        if (faceColours.length > 0 && colours.length > 0) {
            unused.add("colours of face, since vertices have colours");
        }
        if (textured && (faceColours.length > 0 || colours.length > 0)) {
            unused.add("colours where there is a texture");
        }
    }

    private void readOne(Element element, int i) throws IOException {
        faceCorners = 0;
        faceNumbers = 0;
        for (Property p : element.properties()) {
            if (p.isList()) {
                readList(element, i, p);
            } else {
                set(element, p, i, next(p.type(), element, i));
            }
        }
        if (element.isFace()) {
            addFace(element, i);
        }
    }

    private void readList(Element element, int i, Property p) throws IOException {
        int n = (int) next(p.countType(), element, i);
        boolean ofCorners = p.role() == Role.CORNERS;
        boolean ofCoordinates = p.role() == Role.COORDINATES;
        int most = ofCorners ? MAX_CORNERS : ofCoordinates ? 2 * MAX_CORNERS : data.remaining();
        if (n < (ofCorners ? 3 : 0) || n > most) {
            throw new IOException("%s: expected 3 to %d entries in %s, got %d"
                    .formatted(place(element, i), MAX_CORNERS, p.name(), n));
        }
        if (ofCorners && n > face.length) {
            face = new int[2 * n];
        }
        if (ofCoordinates && n > faceUv.length) {
            faceUv = new float[2 * n];
        }
        for (int k = 0; k < n; k++) {
            double value = next(p.type(), element, i);
            if (ofCorners) {
                face[k] = (int) value;
            } else if (ofCoordinates) {
                faceUv[k] = MeshReader.finite(value, () -> place(element, i));
            }
        }
        faceCorners = ofCorners ? n : faceCorners;
        faceNumbers = ofCoordinates ? n : faceNumbers;
    }

    private void addFace(Element element, int i) throws IOException {
        if (faceNumbers != 0 && faceNumbers != 2 * faceCorners) {
            throw new IOException("%s: expected two texture coordinates for each of %d corners, got %d"
                    .formatted(place(element, i), faceCorners, faceNumbers));
        }
        if (faceCorners < 3) {
            return;
        }
        int[] cut = faceCorners == 3 ? TRIANGLE : MeshReader.triangles(positions, face, faceCorners);
        for (int c : cut) {
            int vertex = face[c];
            if (!bySurface()) {
                add(vertex);
            } else if (vertex < 0 || vertex >= positions.length / 3) {
                throw new IOException("%s: expected vertex indices 0 to %d, got %d"
                        .formatted(place(element, i), positions.length / 3 - 1, vertex));
            } else {
                boolean own = faceNumbers > 0;
                boolean shared = !faceCoordinates && uv.length > 0;
                corners.add(
                        vertex,
                        normals.length > 0 ? vertex : -1,
                        own ? faceUv[2 * c] : shared ? uv[2 * vertex] : Float.NaN,
                        own ? 1 - faceUv[2 * c + 1] : shared ? uv[2 * vertex + 1] : Float.NaN,
                        i);
            }
        }
    }

    private void set(Element element, Property p, int i, double value) throws IOException {
        Supplier<String> place = () -> place(element, i);
        switch (p.role()) {
            case X, Y, Z -> positions[3 * i + p.role().channel()] = MeshReader.finite(value, place);
            case NX, NY, NZ -> normals[3 * i + p.role().channel()] = MeshReader.finite(value, place);
            case RED, GREEN, BLUE -> {
                int c = 3 * i + p.role().channel();
                (element.isFace() ? faceColours : colours)[c] = MeshReader.finite(value, place);
                realColours |= element.isVertex() && p.type().isReal();
                realFaceColours |= element.isFace() && p.type().isReal();
            }
            case ALPHA -> {
                if (value < (p.type().isReal() ? 1 : 255)) {
                    unused.add(p.name() + " of " + element.name());
                }
            }
            case U -> uv[2 * i] = MeshReader.finite(value, place);
            case V -> uv[2 * i + 1] = 1 - MeshReader.finite(value, place);
            case TEXTURE -> faceTextures[i] = (int) value;
            default -> {} // named already
        }
    }

    private void add(int corner) {
        if (size == triangles.length) {
            triangles = Arrays.copyOf(triangles, 2 * size + 3);
        }
        triangles[size++] = corner;
    }

    private String place(Element element, int i) {
        return ascii
                ? "%s: line %d (%s %d)".formatted(file, line, element.name(), i)
                : "%s: %s %d".formatted(file, element.name(), i);
    }

    private double next(PlyHeader.Type type, Element element, int i) throws IOException {
        if (!ascii) {
            if (data.remaining() < type.size()) {
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
