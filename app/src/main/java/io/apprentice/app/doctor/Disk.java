package io.apprentice.app.doctor;

import ai.djl.util.Utils;
import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.app.live.Home;
import io.apprentice.app.live.Infrastructure;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.Loader;

/** The folders that a run writes to. */
final class Disk {

    /** What libtorch, FFmpeg and OpenCV take when they are unpacked: 620 MB, measured. */
    static final long LIBRARIES = 700L << 20;
    /** Logs, and networks that are fitted here; a choice. */
    static final long OTHERS = 1L << 30;
    /** A network is copied there while it is loaded; a choice. */
    static final long TEMPORARY = 200L << 20;
    /** Each topic keyed by camera may keep 2 GiB a camera: frames and labels; a choice that leaves room for both. */
    static final long TOPICS_PER_CAMERA = 4L << 30;

    private static final Set<PosixFilePermission> OWNER_ALL = PosixFilePermissions.fromString("rwx------");

    private Disk() {}

    /** All folders, each once. */
    static List<Finding> look(ApprenticeSettings settings) {
        long topics = settings.ingest().cameras().size() * TOPICS_PER_CAMERA;
        Path data = settings.embedded().data();
        boolean own = !settings.kafka().properties().containsKey(Infrastructure.BOOTSTRAP);
        boolean elsewhere = !data.toString().isEmpty();
        List<Finding> findings = new ArrayList<>();
        findings.add(folder(
                Home.work(),
                own && !elsewhere ? "logs, networks, topics" : "logs, networks",
                own && !elsewhere ? OTHERS + topics : OTHERS,
                false,
                "make " + Home.project() + " writable"
                        + (own && !elsewhere ? "; --data DIR keeps topics elsewhere" : "")));
        if (own && elsewhere) {
            findings.add(folder(data, "topics", topics, false, "name another folder with --data"));
        }
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        findings.add(folder(temporary, "temporary files", TEMPORARY, false, "name another folder: TMPDIR=DIR"));
        findings.add(libraries(Utils.getEngineCacheDir(), "libtorch is unpacked here", "DJL_CACHE_DIR=DIR"));
        try {
            findings.add(libraries(
                    Loader.getCacheDir().toPath(),
                    "FFmpeg and OpenCV are unpacked here",
                    "APPRENTICE_JAVA_OPTIONS=-Dorg.bytedeco.javacpp.cachedir=DIR"));
        } catch (IOException e) {
            findings.add(
                    Finding.toDo("disk", "no folder for FFmpeg and OpenCV", Map.of(), String.valueOf(e.getMessage())));
        }
        return findings;
    }

    private static Finding libraries(Path folder, String use, String variable) {
        return folder(folder, use, Files.exists(folder) ? 0 : LIBRARIES, true, "name another folder: " + variable);
    }

    /**
     * A folder that files are written to. It is made if it is missing, as a run does.
     *
     * @param use what for
     * @param needed bytes that should be free
     * @param runs whether native libraries are run from there
     * @param instead what to do to use another folder
     */
    static Finding folder(Path folder, String use, long needed, boolean runs, String instead) {
        String text = "%s (%s)".formatted(folder, use);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("folder", folder.toString());
        facts.put("use", use);
        try {
            Files.createDirectories(folder);
            facts.put("free_bytes", Files.getFileStore(folder).getUsableSpace());
            boolean executes = tryOut(folder);
            facts.put("may_execute", executes);
            if (runs && !executes) {
                return Finding.toDo("disk", text, facts, "nothing may be run there (mounted with noexec); " + instead);
            }
        } catch (IOException e) {
            return Finding.toDo("disk", text, facts, "cannot be written: %s; %s".formatted(reason(e), instead));
        }
        long free = (Long) facts.get("free_bytes");
        String state = "%s, %s free".formatted(text, Machine.gibibytes(free));
        return free >= needed
                ? Finding.fine("disk", state, facts)
                : Finding.toDo(
                        "disk", state, facts, "free up to %s, or %s".formatted(Machine.gibibytes(needed), instead));
    }

    /** Writes a file, and tells whether it might be run. */
    private static boolean tryOut(Path folder) throws IOException {
        Path file = Files.createTempFile(folder, "doctor", ".tmp");
        try {
            Files.write(file, new byte[1 << 16]);
            Files.setPosixFilePermissions(file, OWNER_ALL);
            return Files.isExecutable(file);
        } finally {
            Files.delete(file);
        }
    }

    private static String reason(IOException e) {
        String message = String.valueOf(e.getMessage());
        return e instanceof AccessDeniedException
                ? "permission denied"
                : message.substring(message.lastIndexOf(": ") + 1).strip();
    }
}
