package io.apprentice.pose.object;

import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads a folder of BOP models: {@code models_info.json} and {@code obj_000001.ply} and so on. */
public final class BopModels {

    static final String INFOS = "models_info.json";

    private BopModels() {}

    /**
     * The models of a folder.
     *
     * @return BOP's object number to model, ascending
     * @throws IOException if the folder, {@code models_info.json} or a mesh is missing or broken, naming it
     */
    public static SortedMap<Integer, BopModel> read(Path directory) throws IOException {
        JsonFile infos = JsonFile.read(directory.resolve(INFOS));
        SortedMap<Integer, BopModel> models = new TreeMap<>();
        for (Map.Entry<String, ?> member : infos.node().properties()) {
            int id = infos.id(member.getKey());
            models.put(id, model(id, file(directory, id), infos.get(member.getKey())));
        }
        return models;
    }

    /**
     * What {@code models_info.json} beside a mesh says about it.
     *
     * @param mesh a mesh file
     * @return empty if there is no such file, or it describes other meshes
     * @throws IOException if {@code models_info.json} is broken
     */
    public static Optional<BopModel> of(Path mesh) throws IOException {
        if (!Files.isRegularFile(mesh) || !Files.isRegularFile(mesh.resolveSibling(INFOS))) {
            return Optional.empty();
        }
        return read(mesh.toAbsolutePath().getParent()).values().stream()
                .filter(model -> model.file().getFileName().equals(mesh.getFileName()))
                .findFirst();
    }

    /** The id of an object by its number, as in the name of its mesh file: {@code obj_000001}. */
    public static String name(int id) {
        return String.format(Locale.ROOT, "obj_%06d", id);
    }

    /**
     * The mesh file of an object.
     *
     * @throws IOException if it is missing
     */
    public static Path file(Path directory, int id) throws IOException {
        Path file = directory.resolve(name(id) + ".ply");
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": no such file; expected the mesh of BOP object " + id);
        }
        return file;
    }

    private static BopModel model(int id, Path file, JsonFile info) throws IOException {
        double diameter = info.get("diameter").metres();
        if (!(diameter > 0)) {
            throw info.problem("a diameter above 0");
        }
        return new BopModel(id, file, diameter, symmetries(info));
    }

    /** The members {@code symmetries_discrete} and {@code symmetries_continuous}, each of which may be missing. */
    static SymmetryGroup symmetries(JsonFile info) throws IOException {
        List<Se3> discrete = new ArrayList<>();
        if (info.has("symmetries_discrete")) {
            JsonFile entries = info.get("symmetries_discrete");
            for (int i = 0; i < entries.count(); i++) {
                double[] m = entries.get(i).numbers(16);
                double[] rotation = {m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10]};
                discrete.add(entries.get(i).transform(rotation, new double[] {m[3], m[7], m[11]}));
            }
        }
        List<SymmetryGroup.Axis> continuous = new ArrayList<>();
        if (info.has("symmetries_continuous")) {
            JsonFile entries = info.get("symmetries_continuous");
            for (int i = 0; i < entries.count(); i++) {
                double[] axis = entries.get(i).get("axis").numbers(3);
                double[] offset = entries.get(i).get("offset").numbers(3);
                Vec3 direction = new Vec3(axis[0], axis[1], axis[2]);
                if (direction.norm() == 0) {
                    throw entries.get(i).problem("an axis other than zero");
                }
                continuous.add(new SymmetryGroup.Axis(
                        direction.normalized(), new Vec3(offset[0], offset[1], offset[2]).times(0.001)));
            }
        }
        return new SymmetryGroup(discrete, continuous);
    }
}
