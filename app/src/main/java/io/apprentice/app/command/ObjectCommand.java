package io.apprentice.app.command;

import io.apprentice.lab.object.ObjectCodes;
import io.apprentice.lab.object.ObjectPicture;
import io.apprentice.lab.object.ObjectReport;
import io.apprentice.pose.object.LengthUnit;
import io.apprentice.pose.object.MeshReader;
import io.apprentice.pose.object.ObjectDescription;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.SymmetryFinder;
import io.apprentice.pose.object.SymmetryFinder.Candidate;
import io.apprentice.pose.object.SymmetryGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code apprentice object}. */
@Command(
        name = "object",
        description = {
            "Prints what a mesh holds and which symmetries it has, and saves that for the other commands.",
            "",
            "Symmetries come from NAME.object.json or models_info.json (BOP) beside the",
            "mesh. Without these files they are searched for and proposed; nothing uses",
            "them before --out has written them.",
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        versionProvider = Version.class)
public final class ObjectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MESH", description = "PLY, OBJ, or the NAME.object.json of one.")
    private Path file;

    @Option(
            names = "--unit",
            paramLabel = "UNIT",
            description = "Unit of the mesh: mm, cm, m, in. Default: as stated beside the mesh, else m or mm, by"
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

    @Option(
            names = "--codes",
            paramLabel = "BITS",
            arity = "0..1",
            fallbackValue = "12",
            description = "Also write the codes of its surface, NAME.codes, and a picture of them, NAME.codes.png:"
                    + " 8 to 16 bits, 12 if none are given. They go to --out, else beside the mesh.")
    private Integer codeBits;

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
        LengthUnit used = description.unitOf(
                ObjectModel.of(name, MeshReader.read(description.mesh())).diameter());
        List<Candidate> found = SymmetryFinder.find(model);
        boolean isStated = model.symmetries().isSymmetric();
        print(ObjectReport.lines(description, model, used, found));
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
                    "--out %s saves this with %s; --symmetries chooses which"
                            .formatted(folder(description.mesh()), text(chosen, group))));
        } else {
            write(description, used, ObjectModel.of(name, model.mesh(), group), text(chosen, group));
        }
        if (codeBits != null) {
            print(ObjectCodes.write(model, codeBits, out == null ? folder(description.mesh()) : out));
        }
        return 0;
    }

    private static void print(List<String> lines) {
        lines.forEach(System.out::println);
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

    private static Path folder(Path file) {
        return file.toAbsolutePath().normalize().getParent();
    }
}
