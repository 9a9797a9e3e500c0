package io.apprentice.pose.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.testing.ExampleData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeshReaderTest {
    private static final String HEADER = """
            ply
            format %s 1.0
            comment made by hand
            element vertex 4
            property float x
            property float y
            property float z
            property uchar red
            property uchar green
            property uchar blue
            element face 2
            property list uchar int vertex_indices
            end_header
            """;
    private static final String ASCII = HEADER.formatted("ascii") + """
            0 0 0 255 0 0
            1 0 0 0 255 0
            1 1 0 0 0 255
            0 1 0.5 9 9 9
            4 0 1 2 3
            3 0 2 3
            """;

    @TempDir
    Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static byte[] binary() {
        ByteBuffer body = ByteBuffer.allocate(4 * 15 + 17 + 13).order(ByteOrder.LITTLE_ENDIAN);
        float[][] points = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0.5f}};
        byte[][] colours = {{-1, 0, 0}, {0, -1, 0}, {0, 0, -1}, {9, 9, 9}};
        for (int i = 0; i < 4; i++) {
            body.putFloat(points[i][0])
                    .putFloat(points[i][1])
                    .putFloat(points[i][2])
                    .put(colours[i]);
        }
        body.put((byte) 4).putInt(0).putInt(1).putInt(2).putInt(3);
        body.put((byte) 3).putInt(0).putInt(2).putInt(3);
        byte[] header = HEADER.formatted("binary_little_endian").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(header.length + body.capacity())
                .put(header)
                .put(body.array())
                .array();
    }

    @Test
    void read_givenAsciiPly_returnsVerticesColoursAndFans() throws IOException {
        TriangleMesh mesh = MeshReader.read(file("a.ply", ASCII));

        assertThat(mesh.positions()).containsExactly(0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0.5f);
        assertThat(mesh.triangles()).containsExactly(0, 1, 2, 0, 2, 3, 0, 2, 3);
        assertThat(mesh.colours()).startsWith(-1, 0, 0, 0, -1, 0).endsWith(9, 9, 9);
    }

    @Test
    void read_givenBinaryPly_returnsTheSameAsAscii() throws IOException {
        TriangleMesh mesh = MeshReader.read(Files.write(folder.resolve("b.ply"), binary()));
        TriangleMesh ascii = MeshReader.read(file("a.ply", ASCII));

        assertThat(mesh.positions()).isEqualTo(ascii.positions());
        assertThat(mesh.triangles()).isEqualTo(ascii.triangles());
        assertThat(mesh.colours()).isEqualTo(ascii.colours());
    }

    @Test
    void read_givenEveryTruncationOfBinaryPly_failsWithTheFileName() throws IOException {
        byte[] whole = binary();
        for (int length = 0; length < whole.length; length += 3) {
            Path file = Files.write(folder.resolve("cut.ply"), java.util.Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> MeshReader.read(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cut.ply");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1 0 0 0 255 0          | 1 zero 0 0 255 0       | line 15 (vertex 1): expected a number, got 'zero'
            element vertex 4       | element vertex 4e9     | line 4: expected a count below 1000000000, got '4e9'
            element vertex 4       | element vertex 900000000 | header announces at least 10800000004 bytes
            element face 2         | element face 3         | expected a number, got the end of the file
            3 0 2 3                | 3 0 2 7                | expected vertex indices 0 to 3, got 7
            4 0 1 2 3              | 2 0 1                  | (face 0): expected 3 to 1000 entries in vertex_indices, got 2
            4 0 1 2 3              | 100000 0 1             | expected 3 to 1000 entries in vertex_indices, got 100000
            0 1 0.5 9 9 9          | 0 NaN 0.5 9 9 9        | (vertex 3): expected a number within 1e9, got NaN
            element face 2         | element vertex 1       | line 11: expected one element of each name, got 'element vertex 1'
            property float y       | property vec3 y        | line 6: expected a type such as float or uchar, got 'vec3'
            format ascii 1.0       | format binary_pdp_endian 1.0 | expected format ascii, binary_little_endian or binary_big_endian
            end_header             | the_end                | expected element, property, comment or end_header
            """)
    void read_givenMalformedPly_saysWhereAndWhat(String good, String bad, String message) throws IOException {
        Path file = file("bad.ply", ASCII.replace(good, bad));

        assertThatThrownBy(() -> MeshReader.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bad.ply")
                .hasMessageContaining(message);
    }

    @Test
    void read_givenObjWithTexture_splitsCornersAndLoadsIt() throws IOException {
        RgbImage red = RgbImage.black(8, 8);
        for (int i = 0; i < red.rgb().length; i += 3) {
            red.rgb()[i] = (byte) 200;
        }
        Files.write(folder.resolve("red.png"), ImageCodec.encodePng(red));
        file("a.mtl", "newmtl paint\nKd 1 1 1\nmap_Kd red.png\n");
        Path obj = file("a.obj", """
                mtllib a.mtl
                v 0 0 0
                v 1 0 0
                v 1 1 0
                v 0 1 0
                vt 0 0
                vt 1 0
                vt 1 1
                vn 0 0 1
                usemtl paint
                f 1/1/1 2/2/1 3/3/1
                f -4/3/1 -2/2/1 -1/1/1
                """);

        TriangleMesh mesh = MeshReader.read(obj);

        assertThat(mesh.vertices()).isEqualTo(6);
        assertThat(mesh.triangles()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(mesh.uv()).startsWith(0, 1, 1, 1, 1, 0);
        assertThat(mesh.texture().level(0)[0]).isEqualTo(200 << 16);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            f 1 2 9        | line 4: expected a vertex number from 1 to 3, got 9
            f 1 2          | line 4: expected a face of 3 to 1000 corners, got 2
            f 1 2 x        | line 4: expected a vertex number, got 'x'
            f 1/1 2 3      | line 4: expected a vt number from 1 to 0, got 1
            v 1 2          | line 4: expected 3 numbers after v, got 2
            v 1 2 Infinity | line 4: expected a number within 1e9, got Infinity
            mtllib no.mtl  | no.mtl: no such file
            mtllib /       | bad.obj: expected the name of a file, got '/'
            usemtl gold    | line 4: expected a material of [], got 'gold'
            # nothing      | expected faces, found none
            """)
    void read_givenMalformedObj_saysWhereAndWhat(String bad, String message) throws IOException {
        Path file = file("bad.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\n" + bad + "\n");

        assertThatThrownBy(() -> MeshReader.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    @Test
    void read_givenOtherOrMissingFile_namesIt() {
        assertThatThrownBy(() -> MeshReader.read(folder.resolve("a.stl")))
                .hasMessageContaining("a.stl: expected a mesh that ends in");
        assertThatThrownBy(() -> MeshReader.read(folder.resolve("a.ply"))).hasMessageContaining("a.ply: no such file");
    }

    @Test
    void load_givenBopModelInMillimetres_returnsMetres() throws IOException {
        ObjectModel ape = ObjectModels.load(
                "ape", ExampleData.path("lmo/models/obj_000001.ply").toString());

        assertThat(ape.diameter()).isCloseTo(0.10209865663, within(1e-6)); // models_info.json
        assertThat(ape.mesh().vertices()).isEqualTo(5841);
    }

    @Test
    void load_givenTexturedCube_returnsItsSize() throws IOException {
        ObjectModel cube = ObjectModels.load(
                "cube", ExampleData.path("visp-cube/model/cube.obj").toString());

        assertThat(cube.high().minus(cube.low()).x()).isCloseTo(0.0845, within(1e-6));
        assertThat(cube.mesh().textured()).isTrue();
    }
}
