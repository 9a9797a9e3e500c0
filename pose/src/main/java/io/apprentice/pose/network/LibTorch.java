package io.apprentice.pose.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The libtorch that this process loads. It is chosen before the engine starts, because the engine takes another one
 * silently, or fails without naming the cause.
 *
 * <p>The engine reads {@value #PATH}, {@value #VERSION_VARIABLE} and {@value #FLAVOUR_VARIABLE}, each an environment
 * variable or a system property. The other two are derived from the path, so a user need not set them.
 *
 * @param folder its folder; empty if it is in our jars
 * @param version version in its files, such as {@code 2.7.1+cu128}
 * @param cuda whether it is built for CUDA
 */
record LibTorch(Optional<Path> folder, String version, boolean cuda) {

    static final String PATH = "PYTORCH_LIBRARY_PATH";
    static final String VERSION_VARIABLE = "PYTORCH_VERSION";
    static final String FLAVOUR_VARIABLE = "PYTORCH_FLAVOR";
    /** The version that the bridge to it, pytorch-jni, is compiled for; other versions have other symbols. */
    static final String VERSION = "2.7.1";
    /** The bridge's two builds. The one for CUDA only calls what is the same in all versions 12.x of CUDA. */
    static final String CPU_FLAVOUR = "cpu";

    static final String CUDA_FLAVOUR = "cu128";

    private static final String LIBRARY = "libtorch.so";
    private static final Pattern VERSION_LINE = Pattern.compile("__version__ = '([^']+)'");
    private static final Pattern OLDER_CUDA = Pattern.compile("\\+cu(?!12)\\d+");

    /**
     * Finds the libtorch to load.
     *
     * @param settings value of a variable, or null
     * @throws IllegalArgumentException naming the variable that is wrong, what is there and what to do
     */
    static LibTorch find(UnaryOperator<String> settings) {
        LibTorch found = Optional.ofNullable(settings.apply(PATH))
                .filter(path -> !path.isBlank())
                .map(path -> in(folder(path), settings.apply(VERSION_VARIABLE)))
                .orElseGet(() -> new LibTorch(Optional.empty(), VERSION + "+cpu", false));
        check(settings, VERSION_VARIABLE, found.publicVersion());
        String flavour = settings.apply(FLAVOUR_VARIABLE);
        if (found.folder.isEmpty() && flavour != null && flavour.startsWith("cu")) {
            throw new IllegalArgumentException("%s: got %s, but %s does not say where that libtorch is"
                    .formatted(FLAVOUR_VARIABLE, flavour, PATH));
        }
        check(settings, FLAVOUR_VARIABLE, found.cuda ? CUDA_FLAVOUR : CPU_FLAVOUR);
        return found;
    }

    private static void check(UnaryOperator<String> settings, String variable, String expected) {
        String value = settings.apply(variable);
        if (value != null && !value.isBlank() && !value.equals(expected)) {
            throw new IllegalArgumentException(
                    "%s: expected %s or nothing, got %s; unset it".formatted(variable, expected, value));
        }
    }

    /** The first folder of a path that has the library, as the engine chooses it. */
    private static Path folder(String path) {
        return Arrays.stream(path.split(":"))
                .map(Path::of)
                .filter(folder -> Files.isRegularFile(folder.resolve(LIBRARY)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "%s: no %s in %s; expected the folder that has it: lib of an unpacked libtorch, torch/lib of an unpacked wheel"
                                .formatted(PATH, LIBRARY, path)));
    }

    private static LibTorch in(Path folder, String stated) {
        String version = version(folder)
                .or(() -> Optional.ofNullable(stated))
                .orElseThrow(() -> new IllegalArgumentException(
                        "%s: nothing in %s says which version it is (build-version or version.py above it); if it is %s, say so: %s=%s"
                                .formatted(PATH, folder, VERSION, VERSION_VARIABLE, VERSION)));
        LibTorch found = new LibTorch(
                Optional.of(folder.toAbsolutePath()), version, Files.isRegularFile(folder.resolve("libtorch_cuda.so")));
        if (!found.publicVersion().equals(VERSION)) {
            throw new IllegalArgumentException("%s: expected libtorch %s, got %s in %s; other versions do not work"
                    .formatted(PATH, VERSION, version, folder));
        }
        if (OLDER_CUDA.matcher(version).find()) {
            throw new IllegalArgumentException("%s: expected a libtorch for CUDA 12, such as %s+%s, got %s in %s"
                    .formatted(PATH, VERSION, CUDA_FLAVOUR, version, folder));
        }
        return found;
    }

    /** The version in the files of libtorch's zip archive or of the wheel. */
    private static Optional<String> version(Path folder) {
        Path above = folder.toAbsolutePath().normalize().getParent();
        try {
            Path buildVersion = above.resolve("build-version");
            if (Files.isRegularFile(buildVersion)) {
                return Optional.of(Files.readString(buildVersion).strip());
            }
            Path python = above.resolve("version.py");
            if (Files.isRegularFile(python)) {
                Matcher line = VERSION_LINE.matcher(Files.readString(python));
                return line.find() ? Optional.of(line.group(1)) : Optional.empty();
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("reading which libtorch is in " + folder, e);
        }
    }

    private String publicVersion() {
        return version.replaceFirst("\\+.*", "");
    }

    /** Where it comes from, for a message. */
    String source() {
        return folder.map(path -> "in " + path).orElse("from our jars");
    }

    @Override
    public String toString() {
        return "PyTorch %s, %s".formatted(version, source());
    }
}
