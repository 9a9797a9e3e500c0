package io.apprentice.app.command;

import io.apprentice.lab.object.ObjectPicture;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.LengthUnit;
import io.apprentice.pose.object.MeshReader;
import io.apprentice.pose.object.ObjectDescription;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.SymmetryFinder;
import io.apprentice.pose.object.SymmetryFinder.Candidate;
import io.apprentice.pose.object.SymmetryGroup;
import io.apprentice.pose.object.Texture;
import io.apprentice.pose.object.TriangleMesh;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code apprentice object}. */
@Command(
        name = "object",
        description = {
            "Says what a mesh holds and which symmetries it has, and writes that down for the other commands.",
            "",
            "Symmetries come from NAME.object.json or models_info.json (BOP) beside the mesh; without, they are looked for",
            "and proposed: nothing uses them before --out has written them.",
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        versionProvider = Version.class)
public final class ObjectCommand implements Callable<Integer> {
    private static final int OTHERS_SHOWN = 3;

    @Parameters(paramLabel = "MESH", description = "PLY, OBJ, or the NAME.object.json of one.")
    private Path file;

    @Option(
            names = "--unit",
            paramLabel = "UNIT",
            description =
                    "What the mesh is counted in: mm, cm, m, in. Default: as said beside the mesh, else m or mm, by"
                            + " its size.")
    private LengthUnit unit;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Write NAME.object.json and a picture, NAME.object.png, into this folder. In the mesh's own folder"
                            + " every command finds it; from elsewhere use it as --object NAME=DIR/NAME.object.json.")
    private Path out;

    @Option(
            names = "--symmetries",
            paramLabel = "WHICH",
            description =
                    "Which to write: stated (beside the mesh), look (found: same shape and colours), shape (found: same"
                            + " shape, whatever the colours), none. Default: stated if any are, else look.")
    private Which which;

    enum Which {
        STATED,
        LOOK,
        SHAPE,
        NONE
    }

    @Override
    public Integer call() throws IOException {
        ObjectDescription stated = ObjectDescription.of(file);
        ObjectDescription description = unit == null ? stated : stated.withUnit(unit);
        String name = ObjectDescription.file(Path.of(""), description.mesh())
                .toString()
                .replace(".object.json", "");
        ObjectModel model = description.load(name);
        double metres = model.diameter()
                / ObjectModel.of(name, MeshReader.read(description.mesh())).diameter();
        LengthUnit used = description.unit().orElse(metres > 0.5 ? LengthUnit.M : LengthUnit.MM);
        print(describe(description, model, used));
        List<Candidate> found = SymmetryFinder.find(model);
        boolean isStated = model.symmetries().isSymmetric();
        if (isStated) {
            print(List.of(row("symmetries", "from " + description.source().orElseThrow() + ":")));
            print(table(SymmetryFinder.measure(model, model.symmetries())));
        } else {
            print(List.of(row("symmetries", "none are stated")));
        }
        print(List.of(row(
                "found", found.isEmpty() ? "none" : "deviation of the shape, and of the colours (mean; worst 2 %):")));
        print(table(found));
        Which chosen = which != null ? which : isStated ? Which.STATED : Which.LOOK;
        SymmetryGroup group = switch (chosen) {
            case STATED -> model.symmetries();
            case LOOK -> SymmetryFinder.group(found, Candidate::sameLook);
            case SHAPE -> SymmetryFinder.group(found, Candidate::sameShape);
            case NONE -> SymmetryGroup.NONE;
        };
        if (out == null) {
            print(List.of(
                    "",
                    "--out %s writes this down with %s; '--symmetries' chooses"
                            .formatted(folder(description.mesh()), text(chosen, group))));
        } else {
            write(description, used, ObjectModel.of(name, model.mesh(), group), text(chosen, group));
        }
        return 0;
    }

    private static void print(List<String> lines) {
        lines.forEach(System.out::println);
    }

    private List<String> describe(ObjectDescription description, ObjectModel model, LengthUnit used) {
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
                new ArrayList<>(shown.stream().map(ObjectCommand::row).toList());
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

    private static String text(Which which, SymmetryGroup group) {
        String what = group.isSymmetric()
                ? Stream.of(
                                count(group.continuous().size(), "continuous turn"),
                                count(group.discrete().size(), "rotation"))
                        .filter(s -> !s.isEmpty())
                        .collect(Collectors.joining(" and "))
                : "no symmetries";
        return "%s (%s)".formatted(what, which.name().toLowerCase(Locale.ROOT));
    }

    private void write(ObjectDescription description, LengthUnit used, ObjectModel model, String text)
            throws IOException {
        Path json = ObjectDescription.file(out, description.mesh());
        ObjectDescription.write(json, description.mesh(), used, model);
        Path png = out.resolve(model.id() + ".object.png");
        ImageIO.write(ObjectPicture.of(model), "png", png.toFile());
        print(List.of("", "wrote %s: %s".formatted(json, text), "wrote " + png));
        Path usable = folder(json).equals(folder(description.mesh())) ? description.mesh() : json;
        print(List.of("use it as --object %s=%s".formatted(model.id(), usable)));
    }

    private static String count(int n, String what) {
        return n == 0 ? "" : n == 1 ? "1 " + what : "%d %ss".formatted(n, what);
    }

    /** Without a minus before zero. */
    private static double tidy(double value) {
        return Math.round(100 * value) / 100.0 + 0.0;
    }

    private static Path folder(Path file) {
        return file.toAbsolutePath().normalize().getParent();
    }

    private static String mm(double metres) {
        return String.format(Locale.ROOT, "%.1f", 1000 * metres);
    }

    private static String row(String name, String value) {
        return "  %-11s%s".formatted(name, value);
    }
}
