package io.apprentice.app.doctor;

import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.app.live.Home;
import io.apprentice.app.live.Infrastructure;
import io.apprentice.pose.network.NativeLibraries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The folders that a run writes to. */
final class Disk {

    /** Logs, and networks that are fitted here; a choice. */
    static final long OTHERS = 1L << 30;
    /** Each topic keyed by camera may keep 2 GiB a camera: frames and labels; a choice that leaves room for both. */
    static final long TOPICS_PER_CAMERA = 4L << 30;

    private static final String NAME_ANOTHER = "name another folder: ";

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
                "make it writable for this user",
                own && !elsewhere ? "or keep topics elsewhere with --data DIR" : "or delete old files there"));
        if (own && elsewhere) {
            findings.add(
                    folder(data, "topics", topics, NAME_ANOTHER + "--data DIR", "or " + NAME_ANOTHER + "--data DIR"));
        }
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        findings.add(folder(temporary, "temporary files", 0, NAME_ANOTHER + "TMPDIR=DIR", ""));
        NativeLibraries.folders().forEach(libraries -> findings.add(libraries(libraries)));
        return findings;
    }

    private static Finding libraries(NativeLibraries.Folder libraries) {
        Map<String, Object> facts = Map.of("folder", libraries.path().toString(), "use", libraries.content());
        return libraries
                .problem()
                .map(problem -> new Finding("disk", "libraries", facts, Optional.of(problem)))
                .orElseGet(
                        () -> Finding.fine("disk", "%s (%s)".formatted(libraries.path(), libraries.content()), facts));
    }

    /**
     * A folder that files are written to. It is made if it is missing, as a run does.
     *
     * @param use what for
     * @param needed bytes that should be free
     * @param unwritable what to do if it cannot be written
     * @param full what may be done in place of making room
     */
    static Finding folder(Path folder, String use, long needed, String unwritable, String full) {
        String text = "%s (%s)".formatted(folder, use);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("folder", folder.toString());
        facts.put("use", use);
        try {
            Files.createDirectories(folder);
            Path file = Files.createTempFile(folder, "doctor", ".tmp");
            try {
                Files.write(file, new byte[1 << 16]);
            } finally {
                Files.delete(file);
            }
            long free = Files.getFileStore(folder).getUsableSpace();
            facts.put("free_bytes", free);
            String state = "%s, %s free".formatted(text, Machine.gibibytes(free));
            return free >= needed
                    ? Finding.fine("disk", state, facts)
                    : Finding.toDo(
                            "disk", state, facts, "make room for %s, %s".formatted(Machine.gibibytes(needed), full));
        } catch (IOException e) {
            return Finding.toDo(
                    "disk", text, facts, "cannot be written: %s; %s".formatted(NativeLibraries.reason(e), unwritable));
        }
    }
}
