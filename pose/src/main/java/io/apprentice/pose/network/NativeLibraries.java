package io.apprentice.pose.network;

import ai.djl.util.Utils;
import io.apprentice.pose.image.Windowless;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;

/**
 * The folders into which native libraries are unpacked at their first use, and from which they are run. Where that fails, a
 * loader says no more than that something is not there; this says which folder is at fault, and what to do.
 */
public final class NativeLibraries {

    private static final double MEGABYTE = 1e6;

    private NativeLibraries() {}

    /**
     * A folder.
     *
     * @param path the folder
     * @param content what is unpacked there
     * @param bytes how much that is
     * @param instead how to name another folder
     */
    public record Folder(Path path, String content, long bytes, String instead) {

        /** What keeps the libraries from being unpacked there or run; says what to do. Empty if nothing does. */
        public Optional<String> problem() {
            return fault().map(fault ->
                    "%s (for %s): %s; name another folder: %s".formatted(path, content, fault, instead));
        }

        private Optional<String> fault() {
            try {
                boolean complete = unpacked() >= bytes;
                if (complete && !Files.isWritable(path)) {
                    return Optional.empty(); // prepared by someone else
                }
                Files.createDirectories(path);
                if (!runs()) {
                    return Optional.of("nothing may be run there, it is mounted with noexec");
                }
                long free = Files.getFileStore(path).getUsableSpace();
                return complete || free >= bytes
                        ? Optional.empty()
                        : Optional.of(String.format(
                                Locale.ROOT, "%.0f MB are free, %.0f are needed", free / MEGABYTE, bytes / MEGABYTE));
            } catch (IOException e) {
                return Optional.of("it cannot be written: " + reason(e));
            }
        }

        private long unpacked() throws IOException {
            if (!Files.isDirectory(path)) {
                return 0;
            }
            long sum = 0;
            try (Stream<Path> files = Files.walk(path)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    sum += Files.size(file);
                }
            }
            return sum;
        }

        private boolean runs() throws IOException {
            Path file = Files.createTempFile(path, "try", ".so");
            try {
                Files.write(file, new byte[1 << 16]);
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
                return Files.isExecutable(file); // says no on a file system without exec
            } finally {
                Files.delete(file);
            }
        }
    }

    /** Why a file or folder cannot be used, without its name. */
    public static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        String reason = e instanceof FileSystemException f ? f.getReason() : null;
        return reason != null ? reason : String.valueOf(e.getMessage());
    }

    /** All folders. */
    public static List<Folder> folders() {
        return List.of(
                new Folder(Utils.getEngineCacheDir(), "libtorch", 430_000_000, "DJL_CACHE_DIR=DIR"),
                new Folder(
                        javacpp(),
                        "FFmpeg, OpenCV and ONNX Runtime",
                        180_000_000,
                        "APPRENTICE_JAVA_OPTIONS=-Dorg.bytedeco.javacpp.cachedir=DIR"));
    }

    private static Path javacpp() {
        try {
            return Loader.getCacheDir().toPath();
        } catch (IOException e) { // none of the folders that it tried can be written
            return Path.of(System.getProperty("user.home"), ".javacpp", "cache");
        }
    }

    /**
     * Loads OpenCV and FFmpeg now, rather than in the middle of the work.
     *
     * @throws LinkageError if one does not load
     */
    public static void load() {
        Windowless.openCv();
        Loader.load(opencv_core.class);
        Loader.load(avcodec.class);
        Loader.load(swscale.class);
    }

    /** The first problem of any folder. */
    public static Optional<String> problem() {
        return folders().stream().map(Folder::problem).flatMap(Optional::stream).findFirst();
    }
}
