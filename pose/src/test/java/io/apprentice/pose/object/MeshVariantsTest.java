package io.apprentice.pose.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Meshes as other programs write them: no colour, texture or face is lost, and what is not used is named. */
class MeshVariantsTest {
    @TempDir
    private Path folder;

    private final Unused unused = new Unused();

    private TriangleMesh read(Path file) throws IOException {
        return MeshReader.parse(file, Files.readAllBytes(file), unused);
    }

    private TriangleMesh read(String name, String text) throws IOException {
        return read(Files.writeString(folder.resolve(name), text));
    }

    private void picture(String name, int... rgb) throws IOException {
        RgbImage image = RgbImage.black(8 * rgb.length, 8);
        for (int i = 0; i < 64 * rgb.length; i++) {
            for (int c = 0; c < 3; c++) {
                image.rgb()[3 * i + c] = (byte) (rgb[i % (8 * rgb.length) / 8] >> 16 - 8 * c);
            }
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, ImageCodec.encodePng(image));
    }

    /** What the middle of a triangle looks like, as hexadecimal RRGGBB. */
    private static String colour(TriangleMesh mesh, int triangle) {
        Texture texture = mesh.texture();
        double u = 0;
        double v = 0;
        double[] rgb = new double[3];
        for (int c = 3 * triangle; c < 3 * triangle + 3; c++) {
            int i = mesh.triangles()[c];
            u += mesh.textured() ? mesh.uv()[2 * i] / 3 : 0;
            v += mesh.textured() ? mesh.uv()[2 * i + 1] / 3 : 0;
            for (int k = 0; k < 3; k++) {
                rgb[k] += mesh.colours().length > 0 ? (mesh.colours()[3 * i + k] & 255) / 3.0 : 255 / 3.0;
            }
        }
        int width = 1 << texture.widthBits();
        int height = 1 << texture.heightBits();
        int texel = texture.level(0)[
                Math.floorMod((int) Math.floor(v * height), height) * width
                        + Math.floorMod((int) Math.floor(u * width), width)];
        return IntStream.range(0, 3)
                .mapToObj(k -> "%02x".formatted(Math.round(rgb[k] * (texel >> 16 - 8 * k & 255) / 255)))
                .collect(Collectors.joining());
    }

    private static String colours(TriangleMesh mesh) {
        return IntStream.range(0, mesh.triangles().length / 3)
                .mapToObj(t -> colour(mesh, t))
                .collect(Collectors.joining(" "));
    }

    private static double area(TriangleMesh mesh) {
        double area = 0;
        for (int t = 0; t < mesh.triangles().length; t += 3) {
            Vec3[] p = new Vec3[3];
            for (int k = 0; k < 3; k++) {
                int i = 3 * mesh.triangles()[t + k];
                p[k] = new Vec3(mesh.positions()[i], mesh.positions()[i + 1], mesh.positions()[i + 2]);
            }
            area += p[1].minus(p[0]).cross(p[2].minus(p[0])).norm() / 2;
        }
        return area;
    }

    // the box of 80 x 120 x 200 mm that people's bug reports were tried on; colours of its twelve triangles
    @ParameterizedTest
    @CsvSource(textBlock = """
            ftex_le.ply,  20, 0000fa fa0000 0000fa fa0000 0000fa fa0000 0000fa fa0000 0000fa fa0000 0000fa fa0000
            fcol_asc.ply, 24, dc1e1e dc1e1e 1edc1e 1edc1e 1e1edc 1e1edc dcdc1e dcdc1e dc1edc dc1edc 1edcdc 1edcdc
            diff.ply,      8, 288014 328014 aa8014 a08014 5a8014 3c8014 788014 968014 508014 648014 828014 6e8014
            vcol.obj,      8, 99801a 4d801a 4d801a 99801a 4d801a 99801a 99801a 4d801a 00801a 00801a e6801a e6801a
            spaces.obj,   20, c89664 c83c28 c89664 c83c28 c89664 c83c28 c89664 c83c28 c89664 c83c28 c89664 c83c28
            bin_be.ply,    8, 0dc805 11c805 39c805 35c805 1ec805 14c805 28c805 32c805 1bc805 21c805 2bc805 25c805
            multi.obj,    24, e60a0a e60a0a e60a0a e60a0a 0a0ae6 0a0ae6 0a0ae6 0a0ae6 00ff00 00ff00 00ff00 00ff00
            cont.obj,      8, ffffff ffffff ffffff ffffff ffffff ffffff ffffff ffffff ffffff ffffff ffffff ffffff
            """)
    void read_givenCase_keepsFacesAndColours(String name, int vertices, String expected) throws Exception {
        TriangleMesh mesh =
                read(Path.of(getClass().getResource("/meshes/" + name).toURI()));

        assertThat(mesh.vertices()).isEqualTo(vertices);
        assertThat(mesh.triangles()).hasSize(36);
        assertThat(area(mesh)).isCloseTo(2 * (80 * 120 + 80 * 200 + 120 * 200), within(1e-6));
        assertThat(colours(mesh)).isEqualTo(expected);
        assertThat(unused.things()).isEmpty();
    }

    private static String ply(String vertex, String face, String lists, String... corners) {
        return """
                ply
                format ascii 1.0
                element vertex 3
                property float x
                property float y
                property float z
                %selement face 1
                %s
                %send_header
                0 0 0 %s
                1 0 0 %s
                0 1 0 %s
                3 0 1 2 %s
                """.formatted(
                        vertex,
                        lists,
                        face,
                        corners[0],
                        corners.length > 1 ? corners[1] : corners[0],
                        corners.length > 2 ? corners[2] : corners[0],
                        corners.length > 3 ? corners[3] : "");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            uchar,  red green blue,                         200 100 50,         c86432
            uint8,  diffuse_red diffuse_green diffuse_blue, 200 100 50,         c86432
            uchar,  Red Green Blue,                         200 100 50,         c86432
            uchar,  r g b,                                  200 100 50,         c86432
            uchar,  blue green red,                         200 100 50,         3264c8
            uchar,  red green blue alpha,                   200 100 50 255,     c86432
            float,  red green blue,                         0.8 0.4 0.2,        cc6633
            double, r g b,                                  1 0 0.5,            ff0080
            float,  red green blue,                         200 100 50,         c86432
            ushort, red green blue,                         51400 25700 12850,  c86432
            int,    red green blue,                         200 100 50,         c86432
            """)
    void readPly_givenColoursOfAnyName_keepsThem(String type, String names, String values, String expected)
            throws IOException {
        String properties = ("property " + type + " ") + names.replace(" ", "\nproperty " + type + " ") + "\n";
        String list = "property list uchar int vertex_indices";

        assertThat(colour(read("v.ply", ply(properties, "", list, values)), 0)).isEqualTo(expected);
        assertThat(colour(read("f.ply", ply("", properties, list, "", "", "", values)), 0))
                .isEqualTo(expected);
        assertThat(unused.things()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "list uchar int vertex_indices",
                "list uchar int vertex_index",
                "list uint8 uint32 vertex_indices",
                "list int uchar vertex_indices",
                "list ushort short vertices",
                "list uint ushort Vertex_Index",
                "list char int8 corners"
            })
    void readPly_givenAnyList_readsFacesInEitherEndianness(String list) throws IOException {
        String text = ply("", "", "property " + list, "");
        String[] types = list.split(" ", -1);
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            String format = order == ByteOrder.BIG_ENDIAN ? "binary_big_endian" : "binary_little_endian";
            byte[] header = text.substring(0, text.indexOf("end_header\n") + 11)
                    .replace("ascii", format)
                    .getBytes(StandardCharsets.US_ASCII);
            ByteBuffer data =
                    ByteBuffer.allocate(header.length + 100).order(order).put(header);
            for (float x : new float[] {0, 0, 0, 1, 0, 0, 0, 1, 0}) {
                data.putFloat(x);
            }
            put(data, types[1], 3);
            for (int i = 0; i < 3; i++) {
                put(data, types[2], i);
            }
            TriangleMesh mesh = read(Files.write(folder.resolve("b.ply"), data.array()));
            assertThat(mesh.triangles()).containsExactly(0, 1, 2);
            assertThat(mesh.positions()).containsExactly(0, 0, 0, 1, 0, 0, 0, 1, 0);
        }
        assertThat(read("a.ply", text).triangles()).containsExactly(0, 1, 2);
    }

    private static void put(ByteBuffer data, String type, int value) {
        if (type.contains("char") || type.endsWith("int8")) {
            data.put((byte) value);
        } else if (type.contains("short")) {
            data.putShort((short) value);
        } else {
            data.putInt(value);
        }
    }

    @Test
    void readPly_givenTexturesOfFaces_usesEachWithItsOwnCoordinates() throws IOException {
        picture("Größe 1.png", 0xff0000, 0x00ff00);
        picture("tex/two.png", 0x0000ff);
        String text = """
                ply
                format ascii 1.0
                comment TextureFile Größe 1.png
                comment TextureFile tex/two.png
                element vertex 4
                property float x
                property float y
                property float z
                element face 4
                property list uchar float texcoord
                property list uchar int vertex_indices
                property int texnumber
                property uchar red
                property uchar green
                property uchar blue
                end_header
                0 0 0
                1 0 0
                1 1 0
                0 1 0
                6 0 0 0.3 0 0.3 1    3 0 1 2     0    9 9 9
                6 0.7 0 1 0 1 1      3 0 1 2     0    9 9 9
                8 0 0 1 0 1 1 0 1    4 0 1 2 3   1    9 9 9
                0                    3 0 1 2    -1    250 240 10
                """;
        assertThat(colours(read("a.ply", text))).isEqualTo("ff0000 00ff00 0000ff 0000ff faf00a");
        assertThat(unused.things()).containsExactly("colours where there is a texture");
        assertThatThrownBy(() -> read("b.ply", text.replace("3   1    9", "3   2    9")))
                .hasMessageContaining("b.ply: expected texnumber 0 to 1")
                .hasMessageContaining("got 2");
        assertThatThrownBy(() -> read("b.ply", text.replace("6 0 0 0.3 0 0.3 1", "4 0 0 1 0")))
                .hasMessageContaining("(face 0): expected two texture coordinates for each of 3 corners, got 4");
    }

    @Test
    void readPly_givenWhatIsNotUsed_namesIt() throws IOException {
        String list = "property list uchar int vertex_indices";
        String vertex = "property float quality\nproperty uchar red\nproperty float s\nproperty float t\n";
        read("a.ply", ply(vertex, "property int flags\n", list, "1 2 0 0", "1 2 0 0", "1 2 0 0", "7"));
        assertThat(unused.things())
                .containsExactly("flags of face", "quality of vertex", "red of vertex", "s of vertex", "t of vertex");

        unused.things().clear();
        String colour = "property uchar red\nproperty uchar green\nproperty uchar blue\nproperty uchar alpha\n";
        String both = ply(colour, colour, list, "1 2 3 255", "1 2 3 255", "1 2 3 9", "4 5 6 255");
        assertThat(colour(read("a.ply", both), 0)).isEqualTo("010203");
        assertThat(unused.things()).containsExactly("alpha of vertex", "colours of face, since vertices have colours");

        unused.things().clear();
        read("a.ply", ply("comment TextureFile no.png\n", "", list, ""));
        assertThat(unused.things()).containsExactly("TextureFile no.png");

        assertThatThrownBy(() -> read("a.ply", """
                        ply
                        format ascii 1.0
                        element vertex 1
                        property float x
                        property float y
                        property float z
                        element tristrips 1
                        property list int int vertex_indices
                        end_header
                        0 0 0
                        1 0
                        """))
                .hasMessageContaining("got 1 and 0 and 1 of element tristrips, which is not read");
    }

    /** An L of area 3, whose fan from the first corner would cover 4. */
    @Test
    void read_givenConcavePolygon_coversNothingOutsideIt() throws IOException {
        String obj = "v 2 0 0\nv 2 1 0\nv 1 1 0\nv 1 2 0\nv 0 2 0\nv 0 0 0\nf 1 2 3 4 5 6\n";
        for (String turned : List.of("f 1 2 3 4 5 6", "f 2 3 4 5 6 1", "f 4 5 6 1 2 3", "f -1 -2 -3 -4 -5 -6")) {
            TriangleMesh mesh = read("l.obj", obj.replace("f 1 2 3 4 5 6", turned));
            assertThat(mesh.triangles()).hasSize(12);
            assertThat(area(mesh)).as(turned).isCloseTo(3, within(1e-9));
            assertThat(mesh.normals()[2]).isEqualTo(turned.contains("-") ? -1 : 1);
        }
        StringBuilder disc = new StringBuilder("f");
        StringBuilder corners = new StringBuilder();
        for (int i = 0; i < 360; i++) {
            corners.append("v %s %s 0%n".formatted(Math.cos(Math.toRadians(i)), Math.sin(Math.toRadians(i))));
            disc.append(' ').append(i + 1);
        }
        assertThat(area(read("disc.obj", corners.toString() + disc))).isCloseTo(Math.PI, within(1e-3));
    }

    private static final String SQUARE = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\n";
    private static final String PAINTED = "mtllib m.mtl\n" + SQUARE + "usemtl paint\nf 1/1 2/2 3/3\n";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            map_Kd tex.png                             | ffff00
            map_Kd my tex (1).png                      | ffff00
            map_Kd "my tex (1).png"                    | ffff00
            map_Kd \\t sub dir/a b.png                 | ffff00
            map_Kd sub dir\\\\a b.png                  | ffff00
            map_Kd ./sub dir/../tex.png                | ffff00
            map_Kd C:\\\\Users\\\\me\\\\TEX.PNG        | ffff00
            map_Kd /home/me/tex.png                    | ffff00
            map_kd tex.png                             | ffff00
            map_Kd -s 1 1 1 -o 0 0 0 tex.png           | ffff00
            map_Kd -s 0.5 1 1 tex.png                  | ff0000
            map_Kd -s 0.25 -o 0.5 0 my tex (1).png     | ffff00
            map_Kd -o -0.5 0 0 tex.png                 | ff0000
            map_Kd -texres 512 -mm 0 1 my tex (1).png  | ffff00
            map_Kd -clamp on -blendu off tex.png       | ffff00
            map_Kd -s 1 1 1 2.png                      | ffff00
            map_Kd -dash.png                           | ffff00
            map_Kd tex.png \\                          | ffff00
            """)
    void readObj_givenNameOfTexture_findsIt(String line, String expected) throws IOException {
        for (String name : List.of("tex.png", "my tex (1).png", "sub dir/a b.png", "2.png", "-dash.png")) {
            picture(name, 0xff0000, 0xffff00);
        }
        String text = line.replace("\\t", "\t").replace("\\\\", "\\");
        Files.writeString(folder.resolve("m.mtl"), "newmtl paint\nKd 0 0 1\n" + text + "\n");

        TriangleMesh mesh = read("a.obj", PAINTED);

        assertThat(colour(mesh, 0)).isEqualTo(expected);
        assertThat(unused.things())
                .isEqualTo(
                        line.contains("-clamp")
                                ? Set.of("map_Kd -clamp on", "map_Kd -blendu off")
                                : line.contains("-texres") ? Set.of("map_Kd -texres 512", "map_Kd -mm 0 1") : Set.of());
    }

    @Test
    void readObj_givenTextureThatIsMissing_namesIt() throws IOException {
        Files.writeString(folder.resolve("m.mtl"), "newmtl paint\nmap_Kd ../no such.png\n");
        assertThatThrownBy(() -> read("a.obj", PAINTED))
                .hasMessageContaining("a.obj: texture ../no such.png")
                .hasMessageContaining("no such file");
    }

    @Test
    void readObj_givenNamesWithBlanksAndContinuedLines_readsThem() throws IOException {
        Files.writeString(folder.resolve("my lib.mtl"), "newmtl my  paint #2\nKd 1 \\\n 0 \\\n 0.2 # red\n");
        Files.writeString(folder.resolve("b.mtl"), "newmtl grey\nKd 0.4\n");
        String obj = "# C:\\\n" + SQUARE + """
                usemtl\tmy  paint #2
                f 1 2 3 # the first
                usemtl grey
                f 1\\
                 3 \\
                   4
                """;
        assertThat(colours(read("a.obj", "mtllib my lib.mtl\nmtllib b.mtl\n" + obj)))
                .isEqualTo("ff0033 666666");
        Files.move(folder.resolve("my lib.mtl"), folder.resolve("a.mtl"));
        assertThat(colours(read("a.obj", "mtllib a.mtl b.mtl\n" + obj))).isEqualTo("ff0033 666666");
        assertThat(colours(read("a.obj", "\uFEFF# a mark\nmtllib a.mtl b.mtl\n" + obj)))
                .isEqualTo("ff0033 666666");
        assertThat(unused.things()).isEmpty();
        assertThat(colours(read("a.obj", ("mtllib a.mtl b.mtl\n" + obj).replace("\n", "\r\n"))))
                .isEqualTo("ff0033 666666");
        assertThatThrownBy(() -> read("a.obj", "mtllib a.mtl no.mtl\n")).hasMessageContaining("no.mtl: no such file");
        assertThatThrownBy(() -> read("a.obj", SQUARE + "f 1 \\\n 2 \\\n x")).hasMessageContaining("line 9: ");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            0.2 0.4 1,      3366ff, ''
            0.2 0.4 1 1,    3366ff, ''
            0.2 0.4 1 0.5,  3366ff, alpha of v
            51 102 255,     3366ff, ''
            51 102 255 255, 3366ff, ''
            1,              ffffff, ''
            0.5,            ffffff, weight of v
            0.5 0.5,        ffffff, 2 numbers of v after x y z
            """)
    void readObj_givenColoursOfVertices_keepsThem(String after, String expected, String said) throws IOException {
        TriangleMesh mesh = read("a.obj", "v 0 0 0 %1$s\nv 1 0 0 %1$s\nv 0 1 0 %1$s\nf -3 -2 -1\n".formatted(after));

        assertThat(colour(mesh, 0)).isEqualTo(expected);
        assertThat(String.join(",", unused.things())).isEqualTo(said);
    }

    @Test
    void readObj_givenColoursOfSomeVertices_leavesTheOthersWhite() throws IOException {
        TriangleMesh mesh = read("a.obj", "v 9 9 9\nv 0 0 0 1 0 0\nv 1 0 0\nv 0 1 0 0 0 1\nf 2 3 4\n");

        assertThat(mesh.colours()).containsExactly(-1, 0, 0, -1, -1, -1, 0, 0, -1);
    }

    /** Three textures, one of which repeats, and faces without any: one texture that looks the same. */
    @Test
    void readObj_givenSeveralTextures_makesOneThatLooksTheSame() throws IOException {
        picture("a.png", 0xff0000, 0x00ff00);
        picture("b.png", 0x0000ff);
        picture("c.png", 0xff00ff, 0x00ffff, 0xffff00);
        Files.writeString(folder.resolve("m.mtl"), """
                newmtl a
                map_Kd a.png
                newmtl b
                Kd 0 0 0
                map_Kd b.png
                newmtl c
                map_Kd c.png
                newmtl plain
                Kd 0.2 0.4 0.6
                """);
        String obj = "mtllib m.mtl\n" + SQUARE + """
                vt 2.1 0.1
                vt 2.3 0.1
                vt 2.2 0.9
                vt -1.6 -5
                vt -1.1 -5
                vt -1.3 -2
                vt 0.3 0
                vt 0.6 0
                vt 0.5 1
                usemtl a
                f 1/5 2/6 3/7
                f 1/8 2/9 3/10
                usemtl b
                f 1/1 2/2 3/3 4/4
                usemtl c
                f 1/11 2/12 3/13
                f 1 2 3
                usemtl plain
                f 1/1 2/2 3/3
                """;
        TriangleMesh mesh = read("a.obj", obj);

        assertThat(colours(mesh)).isEqualTo("ff0000 00ff00 0000ff 0000ff 00ffff ffffff 336699");
        assertThat(unused.things()).containsExactly("texture c.png on faces without texture coordinates");
        for (int level = 0; level < 4; level++) {
            assertThat(mesh.texture().level(level))
                    .as("no colours mixed at level %d", level)
                    .contains(0x0000ff);
        }
        assertThatThrownBy(() -> read("a.obj", obj.replace("vt -1.3 -2", "vt -1.3 40")))
                .hasMessageContaining("a.obj: expected textures that repeat up to 16 times on a triangle, a.png");
    }

    @Test
    void readObj_givenWhatIsNotUsed_namesIt() throws IOException {
        Files.writeString(
                folder.resolve("m.mtl"), "newmtl paint\nNs 10\nd 0.5\nTr 0\nmap_Bump b.png\nKd 1 0 0\nillum 2\n");
        TriangleMesh mesh = read("a.obj", "mtllib m.mtl\no box\ng a b\ns 1\n" + SQUARE + """
                vn 0 0 1
                usemtl paint
                l 1 2
                f 1//1 2//1 3
                """);

        assertThat(colour(mesh, 0)).isEqualTo("ff0000");
        assertThat(unused.things())
                .containsExactly("d of paint", "l", "map_Bump of paint", "vn, since 1 corners have none");
    }
}
