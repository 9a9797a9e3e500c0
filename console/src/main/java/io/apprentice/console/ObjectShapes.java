package io.apprentice.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.TriangleMesh;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The objects as the page draws them, as JSON: box and surface, object frame, metres. */
final class ObjectShapes {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    /** A browser looks at each edge for each picture. */
    private static final int MOST_TRIANGLES = 8_000;

    private static final int COARSEST = 4;

    private ObjectShapes() {}

    static ArrayNode of(List<ObjectModel> objects) {
        ArrayNode shapes = JSON.arrayNode();
        for (ObjectModel object : objects) {
            ObjectNode shape = shapes.addObject();
            shape.put("object", object.id());
            shape.put("diameter", object.diameter());
            add(shape.putArray("low"), object.low());
            add(shape.putArray("high"), object.high());
            surface(shape, object);
        }
        return shapes;
    }

    private static void add(ArrayNode array, Vec3 point) {
        array.add(point.x()).add(point.y()).add(point.z());
    }

    /**
     * Vertices of the same cell of a grid become one, so that faces that meet share an edge; the finest grid that
     * leaves few enough triangles.
     */
    private static void surface(ObjectNode shape, ObjectModel object) {
        for (int cells = 4096; cells >= COARSEST; cells /= 2) {
            ArrayNode vertices = JSON.arrayNode();
            ArrayNode triangles = JSON.arrayNode();
            merge(object, object.diameter() / cells, vertices, triangles);
            if (triangles.size() <= 3 * MOST_TRIANGLES || cells == COARSEST) {
                shape.set("vertices", vertices);
                shape.set("triangles", triangles);
                return;
            }
        }
    }

    private static void merge(ObjectModel object, double size, ArrayNode vertices, ArrayNode triangles) {
        TriangleMesh mesh = object.mesh();
        float[] positions = mesh.positions();
        int[] merged = new int[positions.length / 3];
        Map<List<Long>, Integer> cells = new HashMap<>();
        for (int i = 0; i < merged.length; i++) {
            List<Long> cell = List.of(
                    Math.round(positions[3 * i] / size),
                    Math.round(positions[3 * i + 1] / size),
                    Math.round(positions[3 * i + 2] / size));
            Integer known = cells.putIfAbsent(cell, cells.size());
            merged[i] = known == null ? cells.size() - 1 : known;
            if (known == null) {
                vertices.add(positions[3 * i]).add(positions[3 * i + 1]).add(positions[3 * i + 2]);
            }
        }
        int[] corners = mesh.triangles();
        for (int i = 0; i < corners.length; i += 3) {
            int a = merged[corners[i]];
            int b = merged[corners[i + 1]];
            int c = merged[corners[i + 2]];
            if (a != b && b != c && c != a) {
                triangles.add(a).add(b).add(c);
            }
        }
    }
}
