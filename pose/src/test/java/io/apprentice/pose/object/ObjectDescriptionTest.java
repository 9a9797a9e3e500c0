package io.apprentice.pose.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.testing.ExampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectDescriptionTest {
    @TempDir
    Path folder;

    /** A cube of this side, in the file's unit. */
    private Path cube(String name, double side) throws IOException {
        StringBuilder obj = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            obj.append("v %s %s %s%n".formatted((i >> 2 & 1) * side, (i >> 1 & 1) * side, (i & 1) * side));
        }
        return Files.writeString(
                folder.resolve(name), obj + "f 1 2 4 3\nf 5 7 8 6\nf 1 5 6 2\nf 3 4 8 7\nf 1 3 7 5\nf 2 6 8 4\n");
    }

    private static double side(ObjectModel cube) {
        return cube.high().x() - cube.low().x();
    }

    @Test
    void load_givenMetresOrMillimetres_tellsThemBySize() throws IOException {
        assertThat(side(ObjectModels.load("cube", cube("m.obj", 0.0845).toString())))
                .isCloseTo(0.0845, within(1e-8));
        assertThat(side(ObjectModels.load("cube", cube("mm.obj", 84.5).toString())))
                .isCloseTo(0.0845, within(1e-8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            14     | a diameter of 24.2 fits several units; it would be 0.0242 m with the unit mm, 0.242 m with the unit cm
            1      | a diameter of 1.73 fits several units; it would be 0.0173 m with the unit cm, 1.73 m with the unit m
            25     | a diameter of 43.3 fits several units; it would be 0.0433 m with the unit mm, 0.433 m with the unit cm
            3      | it would be 0.052 m with the unit cm, 0.132 m with the unit in
            0.001  | expected a diameter of 0.01 to 3 (metres) or 10 to 3000 (millimetres), got 0.00173
            2000   | got 3460
            84500  | got 146000
            """)
    void load_givenSizeThatNeitherUnitExplains_saysWhichWould(double side, String message) throws IOException {
        String file = cube("odd.obj", side).toString();

        assertThatThrownBy(() -> ObjectModels.load("odd", file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("odd.obj")
                .hasMessageContaining(message)
                .hasMessageContaining("--unit");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            14,    cm, 242.5
            14,    mm, 24.25
            0.5,   m,  866
            4,     in, 176
            """)
    void load_givenDiameterWithoutUnit_takesTheUnitThatFits(double side, String unit, double diameter)
            throws IOException {
        Path mesh = cube("cube.obj", side);
        Path file = Files.writeString(
                folder.resolve("cube.object.json"), "{\"mesh\": \"cube.obj\", \"diameter\": %s}".formatted(diameter));

        assertThat(side(ObjectModels.load("cube", mesh.toString())))
                .isCloseTo(side * LengthUnit.of(unit).metres(), within(1e-6));
        Files.writeString(file, "{\"mesh\": \"cube.obj\", \"diameter\": 3000}");
        assertThatThrownBy(() -> ObjectModels.load("cube", mesh.toString())).isInstanceOf(IOException.class);
    }

    @Test
    void isDoubtful_givenSizeThatAnotherUnitMakesUsual_isTrue() {
        assertThat(LengthUnit.MM.isDoubtful(87)).isTrue();
        assertThat(LengthUnit.MM.isDoubtful(246)).isFalse();
        assertThat(LengthUnit.M.isDoubtful(0.2)).isFalse();
    }

    @Test
    void load_givenMillimetresStatedAsMetres_isRefusedWithTheLikelyUnit() throws IOException {
        cube("cube.obj", 84.5);
        Path file = Files.writeString(folder.resolve("cube.object.json"), """
                {"mesh": "cube.obj", "unit": "m"}
                """);

        assertThatThrownBy(() -> ObjectModels.load("cube", file.toString()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cube.obj: expected a diameter of 0.005 to 30 m, got 146 m with the unit m;"
                        + " it would be 0.146 m with the unit mm");
    }

    @Test
    void load_givenBopModelInMetres_isRefused() throws IOException {
        Path ply = Files.writeString(folder.resolve("obj_000001.ply"), """
                ply
                format ascii 1.0
                element vertex 3
                property float x
                property float y
                property float z
                element face 1
                property list uchar int vertex_indices
                end_header
                0 0 0
                0.1 0 0
                0 0.1 0
                3 0 1 2
                """);
        Files.writeString(folder.resolve("models_info.json"), "{\"1\": {\"diameter\": 141.4}}");

        assertThatThrownBy(() -> ObjectModels.load("one", ply.toString()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "obj_000001.ply: expected a diameter of 0.005 to 30 m, got 0.000141 m with the unit mm")
                .hasMessageContaining("0.141 m with the unit m");
    }

    @Test
    void write_givenSymmetries_isReadWithTheMesh() throws IOException {
        Path mesh = cube("mug.obj", 3.3);
        SymmetryGroup symmetries = new SymmetryGroup(
                List.of(new Se3(Quaternion.about(new Vec3(1, 1, 0), 2), new Vec3(0.01, -0.02, 0.03))),
                List.of(new SymmetryGroup.Axis(new Vec3(0, 0, 1), new Vec3(0.0165, 0.0165, 0))));
        ObjectModel model = new ObjectDescription(
                        mesh, Optional.of(LengthUnit.CM), Optional.empty(), symmetries, Optional.empty())
                .load("mug");

        ObjectDescription.write(folder.resolve("mug.object.json"), mesh, LengthUnit.CM, model);
        ObjectModel read = ObjectModels.load("mug", mesh.toString());

        assertThat(side(read)).isCloseTo(0.033, within(1e-8));
        Se3 motion = read.symmetries().discrete().get(0);
        Se3 written = symmetries.discrete().get(0);
        assertThat(motion.rotation().angleTo(written.rotation())).isLessThan(1e-8);
        assertThat(motion.translation().minus(written.translation()).norm()).isLessThan(1e-9);
        SymmetryGroup.Axis axis = read.symmetries().continuous().get(0);
        assertThat(axis.direction()).isEqualTo(new Vec3(0, 0, 1));
        assertThat(axis.offset().minus(new Vec3(0.0165, 0.0165, 0)).norm()).isLessThan(1e-9);
    }

    @Test
    void write_givenAnotherFolder_namesTheMeshSoThatItIsFound() throws IOException {
        Path mesh = cube("mug.obj", 84.5);
        Path file = folder.resolve("elsewhere/mug.object.json");

        ObjectDescription.write(file, mesh, LengthUnit.MM, ObjectModels.load("mug", mesh.toString()));

        assertThat(side(ObjectModels.load("mug", file.toString()))).isCloseTo(0.0845, within(1e-8));
    }

    @Test
    void of_givenObjectFileOfAnotherMeshBeside_ignoresIt() throws IOException {
        cube("mug.obj", 84.5);
        Files.writeString(folder.resolve("mug.object.json"), "{\"mesh\": \"mug.obj\", \"unit\": \"mm\"}");

        assertThat(ObjectDescription.of(folder.resolve("mug.ply")).unit()).isEmpty();
        assertThat(ObjectDescription.of(folder.resolve("mug.obj")).unit()).contains(LengthUnit.MM);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"unit": "mm"}                                            | expected a member 'mesh'
            {"mesh": 7}                                               | /mesh: expected a string
            {"mesh": "mug.obj", "unit": "yd"}                         | unit: expected one of [mm, cm, m, in], got 'yd'
            {"mesh": "no.obj"}                                        | no.obj: no such file
            {"mesh": "mug.obj", "diameter": 100}                      | expected a diameter of 0.1000 m as
            {"mesh": "mug.obj", "symmetries_discrete": [[1]]}         | /symmetries_discrete/0: expected 16 numbers
            {"mesh":                                                  | expected JSON
            """)
    void load_givenBrokenObjectFile_saysWhereAndWhat(String json, String message) throws IOException {
        cube("mug.obj", 84.5);
        Path file = Files.writeString(folder.resolve("mug.object.json"), json);

        assertThatThrownBy(() -> ObjectModels.load("mug", file.toString()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    @Test
    void of_givenBopModel_statesWhatModelsInfoSays() throws IOException {
        Path mesh = ExampleData.path("lmo/models/obj_000010.ply");

        ObjectDescription eggbox = ObjectDescription.of(mesh);

        assertThat(eggbox.unit()).contains(LengthUnit.MM);
        assertThat(eggbox.symmetries().discrete()).hasSize(1);
        assertThat(eggbox.source()).contains(mesh.resolveSibling("models_info.json"));
    }
}
