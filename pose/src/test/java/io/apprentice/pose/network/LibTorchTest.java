package io.apprentice.pose.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stand-ins are folders with empty files of the libraries' names. */
class LibTorchTest {

    @TempDir
    private Path unpacked;

    private final Map<String, String> settings = new HashMap<>();
    private Path lib;

    @BeforeEach
    void cudaLibTorchAsInTheWheel() throws IOException {
        lib = Files.createDirectory(unpacked.resolve("lib"));
        Files.createFile(lib.resolve("libtorch.so"));
        Files.createFile(lib.resolve("libtorch_cuda.so"));
        wheel("2.7.1+cu128");
        settings.put(LibTorch.PATH, lib.toString());
    }

    private void wheel(String version) throws IOException {
        Files.writeString(
                unpacked.resolve("version.py"),
                "from typing import Optional\n__version__ = '%s'\ndebug = False\n".formatted(version));
    }

    private LibTorch find() {
        return LibTorch.find(settings::get);
    }

    private void assertMistake(String... parts) {
        assertThatThrownBy(this::find)
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .contains(parts)
                .doesNotContain("\n");
    }

    @Test
    void find_givenNoPath_takesOurOwn() {
        settings.clear();
        assertThat(find()).isEqualTo(new LibTorch(Optional.empty(), "2.7.1+cpu", false));
    }

    @Test
    void find_givenWheelOrZip_readsVersionAndBuild() throws IOException {
        assertThat(find()).isEqualTo(new LibTorch(Optional.of(lib), "2.7.1+cu128", true));
        Files.writeString(unpacked.resolve("build-version"), "2.7.1+cu126\n");
        assertThat(find().version()).isEqualTo("2.7.1+cu126");
        Files.delete(lib.resolve("libtorch_cuda.so"));
        assertThat(find().cuda()).isFalse();
    }

    @Test
    void find_givenSeveralFolders_takesTheFirstThatHasIt() {
        settings.put(LibTorch.PATH, unpacked + ":" + lib);
        assertThat(find().folder()).contains(lib);
    }

    @Test
    void find_givenWrongFolder_saysWhichOneIsMeant() {
        settings.put(LibTorch.PATH, unpacked.toString());
        assertMistake(LibTorch.PATH, "no libtorch.so in " + unpacked, "lib of an unpacked libtorch");
    }

    @Test
    void find_givenOtherVersion_saysBoth() throws IOException {
        wheel("2.6.0+cu124");
        assertMistake(LibTorch.PATH, "expected libtorch 2.7.1", "got 2.6.0+cu124", lib.toString());
        wheel("2.7.1+cu118");
        assertMistake(LibTorch.PATH, "for CUDA 12", "got 2.7.1+cu118");
    }

    @Test
    void find_givenNoVersionFile_takesTheWordOfTheUser() throws IOException {
        Files.delete(unpacked.resolve("version.py"));
        assertMistake(LibTorch.PATH, "which version", "PYTORCH_VERSION=2.7.1");
        settings.put(LibTorch.VERSION_VARIABLE, "2.7.1");
        assertThat(find().version()).isEqualTo("2.7.1");
    }

    /** With these the engine would look for a bridge that does not exist, or try to download. */
    @Test
    void find_givenVariablesThatContradict_namesThem() {
        settings.put(LibTorch.FLAVOUR_VARIABLE, "cu126");
        assertMistake(LibTorch.FLAVOUR_VARIABLE, "expected cu128 or nothing", "cu126");
        settings.remove(LibTorch.FLAVOUR_VARIABLE);
        settings.put(LibTorch.VERSION_VARIABLE, "2.5.1");
        assertMistake(LibTorch.VERSION_VARIABLE, "expected 2.7.1 or nothing", "2.5.1");
        settings.clear();
        settings.put(LibTorch.FLAVOUR_VARIABLE, "cu128");
        assertMistake(LibTorch.FLAVOUR_VARIABLE, LibTorch.PATH);
    }

    /** In a process of its own: the engine is loaded once. The libraries are empty files. */
    @Test
    void use_givenLibrariesThatDoNotLoad_saysWhichAndWhere() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Loading.class.getName())
                .redirectErrorStream(true);
        builder.environment().put(LibTorch.PATH, lib.toString());
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(text)
                .contains("libtorch in " + lib + " does not load", "libtorch.so", "keep all its libraries together");
    }

    /** Loads the engine and prints what was wrong. */
    static final class Loading {
        private Loading() {}

        public static void main(String[] args) {
            try {
                TorchRuntime.use(TorchRuntime.DeviceChoice.CPU);
            } catch (IllegalArgumentException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
