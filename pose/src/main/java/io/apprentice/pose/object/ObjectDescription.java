package io.apprentice.pose.object;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An object: a mesh file and what the mesh file does not state. The file {@code mug.object.json} describes
 * {@code mug.obj}. It is a JSON object with {@code mesh} (a path, relative to the file's folder), {@code unit}
 * ({@code mm}, {@code cm}, {@code m}, {@code in}) and the members of an entry of BOP's {@code models_info.json}, which
 * are in millimetres whatever the unit.
 *
 * @param mesh PLY or OBJ
 * @param unit unit of the mesh; empty if it must be inferred from the size
 * @param diameter stated diameter, metres; empty if not stated
 * @param symmetries motions that leave it looking the same, metres
 * @param source the file with this description; empty if there is only the mesh
 */
public record ObjectDescription(
        Path mesh,
        Optional<LengthUnit> unit,
        Optional<Double> diameter,
        SymmetryGroup symmetries,
        Optional<Path> source) {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectDescription.class);
    private static final String ENDING = ".object.json";
    /** Tolerance for stated diameters, which may be rounded or belong to another version of the mesh. */
    private static final double DIAMETER_TOLERANCE = 0.05;

    /**
     * The description of an object.
     *
     * @param file a mesh or an object file; a mesh is described by {@code NAME.object.json} beside it, or else by
     *     {@code models_info.json}
     * @throws IOException if a file is missing or broken, naming it
     */
    public static ObjectDescription of(Path file) throws IOException {
        if (file.toString().endsWith(ENDING)) {
            return read(file);
        }
        Path own = file(file.toAbsolutePath().getParent(), file);
        if (Files.isRegularFile(own)) {
            ObjectDescription description = read(own);
            if (description
                    .mesh
                    .toAbsolutePath()
                    .normalize()
                    .equals(file.toAbsolutePath().normalize())) {
                return description;
            }
        }
        Optional<BopModel> bop = BopModels.of(file);
        return bop.isPresent()
                ? bop.get().description()
                : new ObjectDescription(file, Optional.empty(), Optional.empty(), SymmetryGroup.NONE, Optional.empty());
    }

    /** The object file of a mesh in a folder. */
    public static Path file(Path folder, Path mesh) {
        return folder.resolve(mesh.getFileName().toString().replaceFirst("\\.[^.]*$", "") + ENDING);
    }

    private static ObjectDescription read(Path file) throws IOException {
        JsonFile json = JsonFile.read(file);
        Path mesh = file.toAbsolutePath().resolveSibling(json.get("mesh").text());
        Optional<LengthUnit> unit = Optional.empty();
        if (json.has("unit")) {
            try {
                unit = Optional.of(LengthUnit.of(json.get("unit").text()));
            } catch (IllegalArgumentException e) {
                throw new IOException(file + ": " + e.getMessage(), e);
            }
        }
        return new ObjectDescription(
                mesh,
                unit,
                json.has("diameter") ? Optional.of(json.get("diameter").metres()) : Optional.empty(),
                BopModels.symmetries(json),
                Optional.of(file));
    }

    /**
     * Reads the mesh.
     *
     * @param name the object's id
     * @throws IOException if the mesh is broken, not of the stated diameter (within 5 %), or of an unlikely size; says
     *     what to do
     */
    public ObjectModel load(String name) throws IOException {
        ObjectModel raw = ObjectModel.of(name, MeshReader.read(mesh));
        LengthUnit known = unitOf(raw.diameter());
        double metres = raw.diameter() * known.metres();
        if (diameter.isPresent() && !fits(metres)) {
            throw new IOException("%s: expected a diameter of %.4f m as %s says, got %.4f m with the unit %s"
                    .formatted(
                            mesh, diameter.get(), source.map(Path::toString).orElse("stated"), metres, known.symbol()));
        }
        TriangleMesh mesh = known == LengthUnit.M ? raw.mesh() : raw.mesh().scaled(known.metres());
        return ObjectModel.of(name, mesh, symmetries);
    }

    /**
     * The unit of the mesh: the stated one, else the one that makes its diameter the stated one, else the likely one.
     *
     * @param rawDiameter in that unit
     * @throws IOException if it makes the object of an unlikely size, or none is likely; says what to do
     */
    public LengthUnit unitOf(double rawDiameter) throws IOException {
        try {
            LengthUnit known = unit.or(() -> Arrays.stream(LengthUnit.values())
                            .filter(u -> diameter.isPresent() && fits(rawDiameter * u.metres()))
                            .findFirst())
                    .orElseGet(() -> guess(rawDiameter));
            known.check(rawDiameter);
            return known;
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "%s: %s ('apprentice object %s --unit UNIT --out DIR')".formatted(mesh, e.getMessage(), mesh), e);
        }
    }

    private LengthUnit guess(double rawDiameter) {
        LengthUnit likely = LengthUnit.likely(rawDiameter);
        if (likely.isDoubtful(rawDiameter)) {
            LOG.warn(
                    "{}: its unit is not said and taken to be {}{}",
                    mesh,
                    likely.symbol(),
                    LengthUnit.suggestion(rawDiameter));
        }
        return likely;
    }

    private boolean fits(double metres) {
        return Math.abs(metres / diameter.orElseThrow() - 1) <= DIAMETER_TOLERANCE;
    }

    /** The same with this unit. */
    public ObjectDescription withUnit(LengthUnit other) {
        return new ObjectDescription(mesh, Optional.of(other), Optional.empty(), symmetries, source);
    }

    /**
     * Writes an object file, from which {@link #of} reads the same object.
     *
     * @param file the file to write; its folder is created if needed
     * @param model as {@link #load}ed, with the symmetries to write
     * @param unit of the mesh file
     */
    public static void write(Path file, Path mesh, LengthUnit unit, ObjectModel model) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        Path to = mesh.toAbsolutePath().normalize();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put(
                "mesh",
                to.getParent().equals(folder.normalize()) ? to.getFileName().toString() : to.toString());
        json.put("unit", unit.symbol());
        json.put("diameter", mm(model.diameter()));
        Vec3 low = model.low();
        Vec3 size = model.high().minus(low);
        json.put("min_x", mm(low.x())).put("min_y", mm(low.y())).put("min_z", mm(low.z()));
        json.put("size_x", mm(size.x())).put("size_y", mm(size.y())).put("size_z", mm(size.z()));
        ArrayNode discrete = json.putArray("symmetries_discrete");
        for (Se3 motion : model.symmetries().discrete()) {
            double[] r = motion.rotation().matrix();
            Vec3 t = motion.translation();
            numbers(discrete.addArray(), r[0], r[1], r[2])
                    .add(mm(t.x()))
                    .add(rounded(r[3]))
                    .add(rounded(r[4]))
                    .add(rounded(r[5]))
                    .add(mm(t.y()))
                    .add(rounded(r[6]))
                    .add(rounded(r[7]))
                    .add(rounded(r[8]))
                    .add(mm(t.z()));
            numbers((ArrayNode) discrete.get(discrete.size() - 1), 0, 0, 0, 1);
        }
        ArrayNode continuous = json.putArray("symmetries_continuous");
        for (SymmetryGroup.Axis axis : model.symmetries().continuous()) {
            ObjectNode entry = continuous.addObject();
            Vec3 u = axis.direction();
            numbers(entry.putArray("axis"), u.x(), u.y(), u.z());
            Vec3 offset = axis.offset().times(1000);
            numbers(entry.putArray("offset"), offset.x(), offset.y(), offset.z());
        }
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), json);
    }

    private static ArrayNode numbers(ArrayNode array, double... values) {
        for (double value : values) {
            array.add(rounded(value));
        }
        return array;
    }

    private static double mm(double metres) {
        return rounded(metres * 1000);
    }

    private static double rounded(double value) {
        return Math.round(value * 1e9) / 1e9;
    }
}
