package io.apprentice.pose.object;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A node of a JSON file; every error message names the file, the place and what was expected. */
public record JsonFile(Path file, String place, JsonNode node) {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final double MM = 0.001;

    /** Reads a file with an object at the top. */
    public static JsonFile read(Path file) throws IOException {
        JsonFile json = parse(file);
        if (!json.node.isObject()) {
            throw new IOException(file + ": expected a JSON object at the top");
        }
        return json;
    }

    /** Reads a file with an array at the top. */
    public static JsonFile readArray(Path file) throws IOException {
        JsonFile json = parse(file);
        if (!json.node.isArray()) {
            throw new IOException(file + ": expected a JSON array at the top");
        }
        return json;
    }

    private static JsonFile parse(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": no such file; expected a JSON file in BOP's layout");
        }
        try {
            return new JsonFile(file, "", MAPPER.readTree(file.toFile()));
        } catch (JsonProcessingException e) {
            throw new IOException(file + ": expected JSON: " + e.getOriginalMessage(), e);
        }
    }

    public IOException problem(String expected) {
        return new IOException("%s: %s: expected %s".formatted(file, place.isEmpty() ? "top level" : place, expected));
    }

    public boolean has(String key) {
        return node.hasNonNull(key);
    }

    public JsonFile get(String key) throws IOException {
        if (!has(key)) {
            throw problem("a member '" + key + "'");
        }
        return new JsonFile(file, place + "/" + key, node.get(key));
    }

    public JsonFile get(int index) {
        return new JsonFile(file, place + "/" + index, node.get(index));
    }

    public int count() throws IOException {
        if (!node.isArray()) {
            throw problem("an array");
        }
        return node.size();
    }

    public double number() throws IOException {
        if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
            throw problem("a finite number");
        }
        return node.doubleValue();
    }

    public String text() throws IOException {
        if (!node.isTextual() || node.textValue().isBlank()) {
            throw problem("a string");
        }
        return node.textValue();
    }

    public int integer() throws IOException {
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw problem("an integer");
        }
        return node.intValue();
    }

    public double[] numbers(int count) throws IOException {
        if (!node.isArray() || node.size() != count) {
            throw problem(count + " numbers");
        }
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = get(i).number();
        }
        return values;
    }

    /** The key of a member as BOP's integer id. */
    public int id(String key) throws IOException {
        try {
            return Integer.parseInt(key);
        } catch (NumberFormatException e) {
            throw problem("integer keys, got '" + key + "'");
        }
    }

    /**
     * The transform of a row-major rotation and a translation in millimetres. Published rotations, such as
     * LINEMOD-Occluded's, deviate from orthonormal by up to 1 %; the result is the nearest true rotation, found by
     * Newton's iteration of the polar decomposition.
     */
    public Se3 transform(double[] rotation, double[] translationMm) throws IOException {
        Vec3 x = new Vec3(rotation[0], rotation[1], rotation[2]);
        Vec3 y = new Vec3(rotation[3], rotation[4], rotation[5]);
        Vec3 z = new Vec3(rotation[6], rotation[7], rotation[8]);
        if (off(x.dot(x), 1)
                || off(y.dot(y), 1)
                || off(x.dot(y), 0)
                || off(x.cross(y).minus(z).norm(), 0)) {
            throw problem("a rotation matrix, row-major");
        }
        for (int i = 0; i < 4; i++) {
            Vec3 yz = y.cross(z);
            double det = x.dot(yz);
            Vec3 nextX = x.plus(yz.times(1 / det)).times(0.5);
            Vec3 nextY = y.plus(z.cross(x).times(1 / det)).times(0.5);
            z = z.plus(x.cross(y).times(1 / det)).times(0.5);
            x = nextX;
            y = nextY;
        }
        double[] nearest = {x.x(), x.y(), x.z(), y.x(), y.y(), y.z(), z.x(), z.y(), z.z()};
        double[] t = metres(translationMm);
        return new Se3(Quaternion.ofMatrix(nearest), new Vec3(t[0], t[1], t[2]));
    }

    /** Converts millimetres to metres. */
    public static double[] metres(double[] mm) {
        return Arrays.stream(mm).map(value -> value * MM).toArray();
    }

    private static boolean off(double value, double expected) {
        return Math.abs(value - expected) > 0.05;
    }

    /** A length in millimetres, as metres. */
    public double metres() throws IOException {
        return number() * MM;
    }
}
