package io.apprentice.app.doctor;

import io.apprentice.app.terminal.Failures;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.object.LengthUnit;
import io.apprentice.pose.object.MeshReader;
import io.apprentice.pose.object.ObjectDescription;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.SymmetryFinder;
import io.apprentice.pose.object.SymmetryFinder.Candidate;
import io.apprentice.pose.object.Texture;
import io.apprentice.pose.object.TriangleMesh;
import io.apprentice.scene.CropSettings;
import io.apprentice.scene.NamedObjects;
import io.apprentice.scene.TrainingCrops;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The objects: what their meshes hold, and how large they are in the cameras' pictures. */
final class Objects {

    private Objects() {}

    /**
     * An object, and what its mesh holds.
     *
     * @param model empty if it cannot be read
     */
    record Looked(Optional<ObjectModel> model, Finding finding) {}

    /** Reads an object; {@code cameras} are the pictures that it is to be found in, by camera. */
    static Looked look(String id, String spec, Map<String, CameraIntrinsics> cameras) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("id", id);
        facts.put("source", spec);
        try {
            ObjectModel model = NamedObjects.load(id, spec);
            boolean file = !spec.startsWith("builtin:");
            String unit = file ? ", " + unit(Path.of(spec)) : "";
            List<Candidate> found = model.symmetries().isSymmetric() || !file
                    ? List.of()
                    : SymmetryFinder.find(model).stream()
                            .filter(Candidate::sameLook)
                            .toList();
            facts.put("diameter_m", model.diameter());
            facts.put("triangles", model.mesh().triangles().length / 3);
            facts.put("symmetric", model.symmetries().isSymmetric());
            String text = String.format(
                            Locale.ROOT,
                            "%s: %s%s, diameter %.0f mm, %,d triangles, %s, %s",
                            id,
                            spec,
                            unit,
                            1e3 * model.diameter(),
                            model.mesh().triangles().length / 3,
                            surface(model.mesh()),
                            symmetries(model))
                    + sizes(model, cameras, facts);
            return new Looked(
                    Optional.of(model),
                    found.isEmpty()
                            ? Finding.fine("object", text, facts)
                            : Finding.toDo(
                                    "object",
                                    text,
                                    facts,
                                    "it looks the same when turned (%d ways), which no file states: 'apprentice object %s' shows them, with --out DIR it writes them"
                                            .formatted(found.size(), spec)));
        } catch (IOException | RuntimeException e) {
            return new Looked(Optional.empty(), Finding.toDo("object", id + ": " + spec, facts, Failures.explain(e)));
        }
    }

    private static String unit(Path file) throws IOException {
        ObjectDescription description = ObjectDescription.of(file);
        LengthUnit unit = description.unitOf(
                ObjectModel.of("mesh", MeshReader.read(description.mesh())).diameter());
        return "in " + unit.symbol() + (description.unit().isPresent() ? "" : " (taken from its size)");
    }

    private static String surface(TriangleMesh mesh) {
        Texture texture = mesh.texture();
        return mesh.textured()
                ? "texture of %d x %d".formatted(1 << texture.widthBits(), 1 << texture.heightBits())
                : "colours without texture";
    }

    private static String symmetries(ObjectModel model) {
        int turns = model.symmetries().discrete().size();
        int axes = model.symmetries().continuous().size();
        return turns + axes == 0
                ? "no symmetries stated"
                : "symmetries stated (%s, %s)".formatted(count(turns, "turn", "turns"), count(axes, "axis", "axes"));
    }

    private static String count(int n, String one, String several) {
        return n + " " + (n == 1 ? one : several);
    }

    /** The distances of the default fit, per camera: there the object is as large as in the pictures that a network learnt from. */
    private static String sizes(ObjectModel model, Map<String, CameraIntrinsics> cameras, Map<String, Object> facts) {
        double largest = TrainingCrops.shareOfWidth(CropSettings.DEFAULT.nearest());
        double smallest = TrainingCrops.shareOfWidth(CropSettings.DEFAULT.farthest());
        return cameras.entrySet().stream()
                .map(entry -> {
                    CameraIntrinsics camera = entry.getValue();
                    double near = camera.fx() * model.diameter() / (largest * camera.width());
                    double far = camera.fx() * model.diameter() / (smallest * camera.width());
                    facts.put("nearest_m_in_" + entry.getKey(), near);
                    facts.put("farthest_m_in_" + entry.getKey(), far);
                    return String.format(
                            Locale.ROOT,
                            "; in %s at %.2f to %.2f m it is %.0f to %.0f pixels long, as where networks are fitted by default",
                            entry.getKey(),
                            near,
                            far,
                            largest * camera.width(),
                            smallest * camera.width());
                })
                .collect(Collectors.joining());
    }
}
