package io.apprentice.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apprentice.schemas.Agreement;
import io.apprentice.schemas.AgreementWindow;
import io.apprentice.schemas.StudentManifest;
import io.apprentice.schemas.StudentModel;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The versions of the students: where each came from, and how it agreed with its teacher. The newest ones; thread-safe. */
final class Versions {

    private static final int MOST = 500;
    /** Cameras and objects of a version. */
    private static final int MOST_WATCHED = 1_000;

    private record Version(String student, long number) {
        static final Comparator<Version> BY_NUMBER =
                Comparator.comparingLong(Version::number).thenComparing(Version::student);
    }

    private record Watched(String camera, String object) {}

    private static final class Known {
        private StudentManifest manifest;
        private boolean kept;
        private String teacher = "";
        private final Map<Watched, AgreementWindow> agreement = new HashMap<>();
    }

    private final NavigableMap<Version, Known> versions = new TreeMap<>(Version.BY_NUMBER);

    synchronized void published(StudentModel part) {
        Known known = known(part.getStudentId(), part.getVersion());
        known.manifest = part.getManifest();
        known.kept = true;
    }

    /** The topic has it no longer. */
    synchronized void removed(String student, long version) {
        Known known = versions.get(new Version(student, version));
        if (known != null) {
            known.kept = false;
        }
    }

    synchronized void agreement(Agreement a) {
        Known known = known(a.getStudentId(), a.getStudentVersion());
        known.teacher = "%s v%d".formatted(a.getTeacherId(), a.getTeacherVersion());
        Watched watched = new Watched(a.getCameraId(), a.getObjectId());
        if (known.agreement.size() < MOST_WATCHED || known.agreement.containsKey(watched)) {
            known.agreement.put(watched, a.getSinceVersion());
        }
    }

    private Known known(String student, long version) {
        Known known = versions.computeIfAbsent(new Version(student, version), v -> new Known());
        while (versions.size() > MOST) {
            versions.pollFirstEntry();
        }
        return known;
    }

    /** Whether the topic still has it. */
    synchronized boolean isKept(String student, long version) {
        Known known = versions.get(new Version(student, version));
        return known != null && known.kept;
    }

    /** Those of which the page knows where they came from, the newest first. */
    synchronized ArrayNode json() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        versions.descendingMap().forEach((version, known) -> {
            if (known.manifest != null) {
                json(list.addObject(), version, known);
            }
        });
        return list;
    }

    private static void json(ObjectNode one, Version version, Known known) {
        StudentManifest manifest = known.manifest;
        one.put("student", version.student()).put("version", version.number()).put("kept", known.kept);
        one.put("parent", manifest.getParentVersion()).put("restored", manifest.getRestoredVersion());
        one.put("publishedAt", manifest.getPublishedAt().toEpochMilli());
        one.put("labels", manifest.getLineage().getLabels());
        one.put("steps", manifest.getLineage().getSteps());
        one.put("sha256", manifest.getSha256()).put("architecture", manifest.getArchitecture());
        if (!known.teacher.isEmpty()) {
            one.put("teacher", known.teacher);
        }
        ObjectNode metrics = one.putObject("metrics");
        new TreeMap<>(manifest.getMetrics()).forEach(metrics::put);
        long compared = 0;
        long agreed = 0;
        long found = 0;
        double sum = 0;
        for (AgreementWindow window : known.agreement.values()) {
            compared += window.getCompared();
            agreed += window.getAgreed();
            found += window.getFound();
            sum += window.getFound() * window.getMeanDiameters();
        }
        if (compared > 0) {
            one.put("compared", compared).put("agreed", agreed);
        }
        if (found > 0) {
            one.put("meanDiameters", sum / found);
        }
    }
}
