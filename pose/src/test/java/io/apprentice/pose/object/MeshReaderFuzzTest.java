package io.apprentice.pose.object;

import io.apprentice.testing.Mutations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged meshes are read or refused, in bounded memory. */
class MeshReaderFuzzTest {

    /** Twice the most that has been seen: code that is not compiled yet allocates more. */
    private static final long MEMORY = 256 << 10;

    private static final String HEADER = """
            ply
            format %s 1.0
            comment TextureFile no.png
            element vertex 3
            property float x
            property float y
            property float z
            property float nx
            property float ny
            property float nz
            property uchar red
            property uchar green
            property uchar blue
            property float s
            property float t
            element face 2
            property list uchar int vertex_indices
            end_header
            """;

    @TempDir
    Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void readPly_givenDamagedFiles_failsCleanly() throws IOException {
        Path file = folder.resolve("a.ply");
        String plain = HEADER.replace("TextureFile no.png", "made by hand");
        String ascii = plain.formatted("ascii") + """
                0 0 0 0 0 1 255 0 0 0 0
                1 0 0 0 0 1 0 255 0 1 0
                0 1 0 0 0 1 0 0 255 0 1
                3 0 1 2
                4 0 1 2 0
                """;
        String more = """
                ply
                format ascii 1.0
                element vertex 3
                property float x
                property float y
                property float z
                element edge 1
                property int a
                property list uchar int b
                element face 1
                property list uchar int vertex_index
                end_header
                0 0 0 1 0 0 0 1 0
                7 2 8 9
                3 0 1 2
                """;
        String ofFaces = """
                ply
                format ascii 1.0
                comment TextureFile no.png
                element vertex 3
                property float x
                property float y
                property float z
                element face 2
                property list uchar float texcoord
                property list uchar int vertex_indices
                property int texnumber
                property float red
                property float green
                property float blue
                end_header
                0 0 0 1 0 0 0 1 0
                6 0 0 1 0 1 1 3 0 1 2 -1 1 0 0
                0 4 0 1 2 0 -1 0 0.5 0
                """;
        byte[] header = bytes(plain.formatted("binary_little_endian"));
        ByteBuffer binary =
                ByteBuffer.allocate(header.length + 3 * 35 + 13 + 17).order(ByteOrder.LITTLE_ENDIAN);
        binary.put(header);
        for (int i = 0; i < 3; i++) {
            binary.putFloat(i == 1 ? 1 : 0).putFloat(i == 2 ? 1 : 0).putFloat(0);
            binary.putFloat(0)
                    .putFloat(0)
                    .putFloat(1)
                    .put(new byte[] {9, 8, 7})
                    .putFloat(0)
                    .putFloat(0);
        }
        binary.put((byte) 3).putInt(0).putInt(1).putInt(2);
        binary.put((byte) 4).putInt(0).putInt(1).putInt(2).putInt(0);
        ByteBuffer big = ByteBuffer.allocate(300);
        big.put(bytes("""
                ply
                format binary_big_endian 1.0
                element vertex 3
                property uchar x
                property uchar y
                property uchar z
                property ushort red
                property ushort green
                property ushort blue
                element face 1
                property list ushort short corners
                end_header
                """));
        for (int i = 0; i < 3; i++) {
            big.put((byte) (i % 2))
                    .put((byte) (i / 2))
                    .put((byte) 0)
                    .putShort((short) 700)
                    .putInt(9);
        }
        big.putShort((short) 3).putShort((short) 0).putShort((short) 1).putShort((short) 2);
        Mutations.assertSurvives(
                input -> MeshReader.parse(file, input, new Unused()),
                List.of(bytes(ascii), bytes(more), bytes(ofFaces), binary.array(), big.array()),
                300_000,
                2,
                MEMORY);
    }

    @Test
    void readObj_givenDamagedFiles_failsCleanly() throws IOException {
        Files.writeString(folder.resolve("a.mtl"), "newmtl paint\nKd 1 0 0.5\n");
        Path file = folder.resolve("a.obj");
        String coloured = """
                # a comment
                mtllib a.mtl
                v 0 0 0 1 0 0.5
                v 1 0 0 0.2 1 0 1
                v 1 1 0
                v 0 1 0
                vt 0 0
                vt 1 0.5
                vn 0 0 1
                usemtl paint
                f 1 2 \\
                 4 3 # all
                f 1/1/1 2/2/1 3/2/1
                f -4//1 -2//1 -1//1
                """;
        Mutations.assertSurvives(
                input -> MeshReader.parse(file, input, new Unused()),
                List.of(bytes(coloured), bytes("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3")),
                300_000,
                3,
                MEMORY);
    }

    @Test
    void readMaterials_givenDamagedFiles_failsCleanly() throws IOException {
        Path file = folder.resolve("b.obj");
        byte[] obj = bytes("mtllib b.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nvt 0 0\nusemtl paint\nf 1/1 2/1 3/1\n");
        byte[] library = bytes("newmtl paint\nKd 1 0 0.5\nNs 10\nnewmtl gold\nmap_Kd -s 1 2 -o 0.5 -bm 1 no.png\n");
        Mutations.assertSurvives(
                input -> {
                    Files.write(folder.resolve("b.mtl"), input);
                    MeshReader.parse(file, obj, new Unused());
                },
                List.of(library),
                10_000,
                4,
                MEMORY);
    }
}
