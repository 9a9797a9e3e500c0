package io.apprentice.lab.object;

import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.LengthUnit;
import io.apprentice.pose.object.ObjectDescription;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.SymmetryFinder;
import io.apprentice.pose.object.SymmetryFinder.Candidate;
import io.apprentice.pose.object.Texture;
import io.apprentice.pose.object.TriangleMesh;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What a person should know about an object before a network learns it: size, surface, keypoints, symmetries. */
public final class ObjectReport {
    private static final int OTHERS_SHOWN = 3;

    private ObjectReport() {}

    /**
     * The report, a line each.
     *
     * @param used the unit of the mesh
     * @param found symmetries found in the mesh
     */
    public static List<String> lines(
            ObjectDescription description, ObjectModel model, LengthUnit used, List<Candidate> found) {
        List<String> lines = describe(description, model, used);
        if (model.symmetries().isSymmetric()) {
            lines.add(row("symmetries", "from " + description.source().orElseThrow() + ":"));
            lines.addAll(table(SymmetryFinder.measure(model, model.symmetries())));
        } else {
            lines.add(row("symmetries", "none are stated"));
        }
        lines.add(row(
                "found", found.isEmpty() ? "none" : "deviation of the shape, and of the colours (mean; worst 2 %):"));
        lines.addAll(table(found));
        return lines;
    }

    private static List<String> describe(ObjectDescription description, ObjectModel model, LengthUnit used) {
        TriangleMesh mesh = model.mesh();
        List<String> lines = new ArrayList<>();
        lines.add(description.mesh().toString());
        lines.add(row(
                "unit",
                used.symbol()
                        + (description.unit().isPresent() ? "" : " (taken from the size; the file does not say)")));
        Vec3 size = model.high().minus(model.low());
        lines.add(row("size", "%s x %s x %s mm".formatted(mm(size.x()), mm(size.y()), mm(size.z()))));
        lines.add(row("diameter", mm(model.diameter()) + " mm"));
        Texture texture = mesh.texture();
        lines.add(row(
                "surface",
                String.format(
                        Locale.ROOT,
                        "%,d vertices, %,d triangles, %s",
                        mesh.vertices(),
                        mesh.triangles().length / 3,
                        mesh.textured()
                                ? "texture of %d x %d".formatted(1 << texture.widthBits(), 1 << texture.heightBits())
                                : coloured(mesh) ? "a colour per vertex" : "one colour")));
        lines.add(row("keypoints", "mm, in the frame of the mesh"));
        for (int i = 0; i < model.keypoints().size(); i++) {
            Vec3 p = model.keypoints().get(i);
            lines.add(String.format(
                    Locale.ROOT, "    %d %10.2f %10.2f %10.2f", i + 1, 1e3 * p.x(), 1e3 * p.y(), 1e3 * p.z()));
        }
        return lines;
    }

    private static boolean coloured(TriangleMesh mesh) {
        byte[] colours = mesh.colours();
        return IntStream.range(3, Math.max(3, colours.length)).anyMatch(i -> colours[i] != colours[i % 3]);
    }

    private static List<String> table(List<Candidate> candidates) {
        // those that look the same, and of the others the nearest
        List<Candidate> others = candidates.stream()
                .filter(c -> !c.sameLook())
                .sorted(Comparator.comparingDouble(c -> c.deviation().colour()))
                .toList();
        List<Candidate> shown =
                new ArrayList<>(candidates.stream().filter(Candidate::sameLook).toList());
        shown.addAll(others.stream().limit(OTHERS_SHOWN).toList());
        List<String> lines =
                new ArrayList<>(shown.stream().map(ObjectReport::row).toList());
        if (shown.size() < candidates.size()) {
            lines.add("    and %d more with other colours".formatted(candidates.size() - shown.size()));
        }
        return lines;
    }

    private static String row(Candidate c) {
        Vec3 u = c.axis().direction();
        SymmetryFinder.Deviation d = c.deviation();
        return String.format(
                Locale.ROOT,
                "    %-9s about %5.2f %5.2f %5.2f   %5.1f %5.1f mm (%3.1f %4.1f %%)   %2.0f %3.0f %%   %s",
                c.continuous() ? "any angle" : "%.0f°".formatted(Math.toDegrees(c.angle())),
                tidy(u.x()),
                tidy(u.y()),
                tidy(u.z()),
                1e3 * d.shape(),
                1e3 * d.shapeWorst(),
                100 * d.shape() / c.diameter(),
                100 * d.shapeWorst() / c.diameter(),
                100 * d.colour(),
                100 * d.colourWorst(),
                c.sameLook() ? "looks the same" : c.sameShape() ? "other colours" : "other shape");
    }

    /** Without a minus before zero. */
    private static double tidy(double value) {
        return Math.round(100 * value) / 100.0 + 0.0;
    }

    private static String mm(double metres) {
        return String.format(Locale.ROOT, "%.1f", 1000 * metres);
    }

    private static String row(String name, String value) {
        return "  %-11s%s".formatted(name, value);
    }
}
