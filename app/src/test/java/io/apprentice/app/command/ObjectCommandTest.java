package io.apprentice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.scene.NamedObjects;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectCommandTest {
    @TempDir
    private Path folder;

    private Path brick;

    /** 60 x 40 x 20 mm, plain. */
    @BeforeEach
    void writeBrick() throws IOException {
        StringBuilder obj = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            obj.append("v %d %d %d%n".formatted((i & 4) / 4 * 60 - 30, (i & 2) / 2 * 40 - 20, (i & 1) * 20 - 10));
        }
        brick = Files.writeString(
                folder.resolve("brick.obj"),
                obj + "f 1 2 4 3\nf 5 7 8 6\nf 1 5 6 2\nf 3 4 8 7\nf 1 3 7 5\nf 2 6 8 4\n");
    }

    private CommandRun run(String... args) {
        return CommandRun.of(folder.resolve("log"), args);
    }

    @Test
    void object_givenMesh_describesItAndProposes() {
        CommandRun answer = run("object", brick.toString());

        assertThat(answer.text())
                .contains(
                        "60.0 x 40.0 x 20.0 mm",
                        "74.8 mm",
                        "mm (taken from the size",
                        "8 vertices, 12 triangles, one colour")
                .contains(
                        "8      30.00      20.00      10.00",
                        "180°      about  0.00  0.00  1.00",
                        "3 rotations (look)");
        assertThat(answer.exit()).isZero();
        assertThat(folder.resolve("brick.object.json")).doesNotExist();
    }

    @Test
    void object_givenOut_writesWhatOtherCommandsReadAndAPicture() throws IOException {
        assertThat(run("object", brick.toString(), "--out", folder.toString()).exit())
                .isZero();

        assertThat(NamedObjects.load("brick", brick.toString()).symmetries().discrete())
                .hasSize(3);
        BufferedImage picture = ImageIO.read(folder.resolve("brick.object.png").toFile());
        assertThat(picture.getWidth()).isEqualTo(960);
        assertThat(picture.getRGB(0, 0) & 0xffffff).isEqualTo(0xeeeeee);
        assertThat(picture.getRGB(180, 160) & 0xffffff).as("the brick").isNotEqualTo(0xeeeeee);
        assertThat(run("object", brick.toString()).text()).contains("from " + folder, "3 rotations (stated)");

        assertThat(run("object", brick.toString(), "--out", folder.toString(), "--symmetries", "none")
                        .exit())
                .isZero();
        assertThat(NamedObjects.load("brick", brick.toString()).symmetries().isSymmetric())
                .isFalse();
    }

    @Test
    void object_givenCodes_writesAndDrawsThem() throws IOException {
        CommandRun answer = run("object", brick.toString(), "--codes", "9");

        assertThat(answer.text()).contains("brick.codes: 9 bits, sha256 ");
        assertThat(Files.size(folder.resolve("brick.codes"))).isEqualTo(8 + 4 * (4 + 6 + 2) * 512);
        BufferedImage picture = ImageIO.read(folder.resolve("brick.codes.png").toFile());
        assertThat(picture.getHeight()).isEqualTo(640);
        // one bit: two colours and the background; all bits: many
        assertThat(colours(picture, 0)).hasSizeBetween(3, 6);
        assertThat(colours(picture, picture.getWidth() - 320)).hasSizeGreaterThan(100);
        assertThat(run("object", brick.toString(), "--codes", "17").text())
                .contains("code bits: expected 8 to 16, got 17");
    }

    private static Set<Integer> colours(BufferedImage picture, int left) {
        Set<Integer> colours = new HashSet<>();
        for (int i = 0; i < 320 * 320; i++) {
            colours.add(picture.getRGB(left + i % 320, i / 320));
        }
        return colours;
    }

    @Test
    void object_givenWrongUnit_saysWhichIsLikely() {
        CommandRun answer = run("object", brick.toString(), "--unit", "m");

        assertThat(answer.exit()).isEqualTo(1);
        assertThat(answer.text())
                .contains("brick.obj", "got 74.8 m with the unit m", "0.0748 m with the unit mm")
                .doesNotContain("\tat ");
        assertThat(run("object", brick.toString(), "--unit", "yards").exit()).isEqualTo(2);
        assertThat(run("object", folder.resolve("no.ply").toString()).text()).contains("no.ply: no such file");
    }
}
