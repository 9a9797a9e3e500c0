package io.apprentice.pose.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.apprentice.pose.network.NativeLibraries.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {

    @TempDir
    private Path folder;

    private static Folder folder(Path path, long bytes) {
        return new Folder(path, "libtorch", bytes, "DJL_CACHE_DIR=DIR");
    }

    @Test
    void problem_givenFoldersInUse_isNone() {
        NativeLibraries.load();
        assertThat(NativeLibraries.problem()).isEmpty();
        assertThat(NativeLibraries.folders())
                .allSatisfy(used -> assertThat(used.path()).isDirectory());
    }

    @Test
    void problem_givenMoreThanIsFree_saysBoth() {
        assertThat(folder(folder.resolve("new"), Long.MAX_VALUE).problem().orElseThrow())
                .startsWith(folder + "/new (for libtorch): ")
                .contains("MB are free, 9223372036855 are needed")
                .endsWith("; name another folder: DJL_CACHE_DIR=DIR");
    }

    @Test
    void problem_givenSomethingElseInItsPlace_saysSo() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(folder(file.resolve("cache"), 1).problem().orElseThrow()).contains("it cannot be written");
    }

    /** Every Linux has /proc: nothing can be created in it, not even by root. */
    @Test
    void problem_givenFolderThatTakesNoFiles_saysSo() {
        assumeThat(Path.of("/proc/self")).isDirectory();
        assertThat(folder(Path.of("/proc/self/cache"), 1).problem().orElseThrow())
                .contains("/proc/self/cache", "it cannot be written");
    }
}
