package io.apprentice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.app.command.CommandRun;
import io.apprentice.lab.ObjectNetworks;
import io.apprentice.lab.UserError;
import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.WdrNetArchitecture;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.NamedObjects;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mistakes are answered by one line that names the thing and what was expected, and by an exit code. */
class MainTest {
    @TempDir
    private Path folder;

    @Test
    void anyCommand_hasHelp() {
        for (String command : Main.commandLine(folder).getSubcommands().keySet()) {
            assertThat(run(command, "--help").exit()).as(command).isZero();
        }
    }

    @Test
    void unknownOption_isUsage() {
        assertMistake(2, run("up", "--fro", "3m"), "--fro");
        assertMistake(2, run("up", "--for", "soon"), "soon", "3m");
        assertMistake(2, run("upp"), "upp");
        assertMistake(2, run("evaluate", "--bop", "lmo"), "either --weights or --results");
        assertMistake(2, run("evaluate", "--results", "x.csv"), "--results expected --bop");
        assertMistake(2, run("evaluate", "--weights", "w.safetensors", "--json"), "expected --bop");
    }

    @Test
    void badSettings_nameKeyValueAndWhatWasExpected() {
        assertMistake(2, run("config", "--set", "student.publish-every=0"), "student.publish-every", "0");
        assertMistake(2, run("config", "--set", "no.such=1"), "no.such", "student");
        assertMistake(2, run("config", "--camera", "foo:bar"), "foo", "synthetic:", "bop:");
        assertMistake(2, run("config", "--config", folder.resolve("none.yaml").toString()), "none.yaml");
        assertMistake(2, run("up", "--set", "registry.url=nonsense"), "registry.url", "nonsense");
    }

    @Test
    void badFiles_areNamed() throws Exception {
        Path broken = Files.writeString(folder.resolve("broken.ply"), "ply\nformat never 1.0\n");
        Path text = Files.writeString(folder.resolve("film.mp4"), "not a film");
        Path notWeights = Files.writeString(folder.resolve("x.safetensors"), "nothing of use in here");
        assertMistake(1, run("up", "--object", "mug=" + broken), "broken.ply");
        assertMistake(1, run("up", "--object", "mug=" + folder.resolve("no.obj")), "no.obj");
        assertMistake(1, run("up", "--camera", "video:" + folder.resolve("no.mp4")), "no.mp4");
        assertMistake(1, run("up", "--camera", "video:" + text), "film.mp4");
        assertMistake(1, run("up", "--camera", "bop:" + folder), folder.toString(), "scene_camera.json");
        assertMistake(1, run("up", "--camera", "synthetic:mug"), "mug", "parcel");
        assertMistake(1, run("evaluate", "--weights", notWeights.toString()), "x.safetensors");
        String[] evaluate = {"evaluate", "--bop", folder.toString(), "--results"};
        assertMistake(1, run(with(evaluate, "no.csv")), folder.toString(), "test/000001");
    }

    @Test
    void fit_givenOptionsThatDoNotFitTogether_saysSo() {
        Path out = folder.resolve("x.safetensors");
        String[] fit = {"fit", "--images", "8", "--out", out.toString(), "--distill"};
        assertMistake(1, run(with(fit, "feature")), "--distill", "--teacher");
        assertMistake(1, run(with(fit, "none,pairwise")), "--distill", "none on its own");
        assertMistake(2, run(with(fit, "features")), "--distill", "features");
        assertMistake(1, run(with(fit, "feature", "--teacher", "no.safetensors")), "no.safetensors");
        assertMistake(1, run(with(fit, "none", "--bop-share", "0.3")), "--bop-share", "--bop SCENE", "0.3");
        assertMistake(1, run(with(fit, "none", "--bop", folder + "/none")), folder + "/none", "BOP scene");
    }

    @Test
    void experiment_givenMistakes_saysSo() {
        String[] cube = {"experiment", "cube", "--data", folder.toString()};
        assertMistake(1, run(cube), "--data", "visp-cube");
        assertMistake(1, run(with(cube, "--modes", "frozen,all")), "distribution:official", "'all'");
        assertMistake(1, run(with(cube, "--loops", "0")), "--loops: expected at least 1, got 0");
        assertMistake(1, run("experiment", "shift", "--seconds", "60"), "--seconds above the time of the change, 120");
        assertMistake(
                1,
                run("experiment", "guard", "--seconds", "180"),
                "guard",
                "--seconds above the time of the change, 180");
        assertMistake(2, run("experiment", "guard", "--error", "some"), "--error", "TURNED", "LATE");
        assertMistake(1, run("experiment", "teacher", "--loops", "0"), "--loops and --stride: expected at least 1");
        assertMistake(2, run("experiment", "square"), "square");
        assertMistake(2, run("experiment"), "subcommand");
    }

    private static String[] with(String[] first, String... more) {
        return Stream.of(first, more).flatMap(Stream::of).toArray(String[]::new);
    }

    @Test
    void modelInspect_saysWhatTheFileHolds() throws Exception {
        WdrNetArchitecture architecture = new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 2, 64);
        NetworkWeights weights =
                NetworkWeights.initial(architecture, 1, Map.of("objects", "cup,mug", "crop_size", "128"));
        Path file = folder.resolve("two.safetensors");
        weights.write(file);

        CommandRun answer = run("model", "inspect", file.toString());

        assertThat(answer.exit()).isZero();
        assertThat(answer.text())
                .contains("wdrnet-darknet-tiny-h", "2: cup, mug", "128 pixels", weights.sha256())
                .contains(String.format(Locale.ROOT, "parameters        %,d", weights.parameters().length))
                .doesNotContain("recognised");
        assertMistake(2, run("model"), "subcommand");
        assertMistake(
                1, run("model", "inspect", folder.resolve("no.safetensors").toString()), "no.safetensors");
    }

    @Test
    void networks_givenFileThatNamesNoObjects_takesThoseOfTheRun() throws Exception {
        WdrNetArchitecture architecture = new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 64);
        Path file = folder.resolve("plain.safetensors");
        NetworkWeights.initial(architecture, 1, Map.of()).write(file);
        ObjectModel parcel = NamedObjects.load("parcel", "builtin:parcel");
        ObjectModel box = NamedObjects.load("box", "builtin:parcel");

        assertThat(ObjectNetworks.read(file, List.of(parcel)).objects()).containsExactly("parcel");
        assertThatThrownBy(() -> ObjectNetworks.read(file, List.of(parcel, box)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("plain.safetensors: expected as many objects as the network has classes, 1")
                .hasMessageContaining("[box, parcel]");
    }

    @Test
    void config_printsWhatIsInEffect() {
        assertThat(run("config", "--rate", "max", "--object", "mug=mug.ply").text())
                .contains("rate: max", "mug: mug.ply", "publish-every:");
    }

    private static void assertMistake(int exit, CommandRun answer, String... parts) {
        assertThat(answer.text()).contains(parts).doesNotContain("\tat ", "Exception:");
        assertThat(answer.exit()).isEqualTo(exit);
    }

    private CommandRun run(String... args) {
        return CommandRun.of(folder.resolve("log"), args);
    }
}
