package io.apprentice.pose;

import static io.apprentice.testing.Fixtures.flat;

import com.fasterxml.jackson.databind.JsonNode;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.SymmetryGroup;
import java.util.ArrayList;
import java.util.List;

/** Golden values as types of the geometry. */
public final class GoldenGeometry {

    private GoldenGeometry() {}

    /** A list of points. */
    public static List<Vec3> points(JsonNode node) {
        List<Vec3> points = new ArrayList<>();
        node.forEach(p -> points.add(
                new Vec3(p.get(0).asDouble(), p.get(1).asDouble(), p.get(2).asDouble())));
        return points;
    }

    /** A pose from a rotation matrix and a translation. */
    public static Se3 pose(JsonNode rotation, JsonNode translation) {
        double[] t = flat(translation);
        return new Se3(Quaternion.ofMatrix(flat(rotation)), new Vec3(t[0], t[1], t[2]));
    }

    /** A camera of 640 x 480 from a 3 x 3 matrix. */
    public static CameraIntrinsics camera(JsonNode matrix) {
        double[] k = flat(matrix);
        return new CameraIntrinsics(k[0], k[4], k[2], k[5], 640, 480);
    }

    /** Symmetries as in BOP's models_info.json, in its unit. */
    public static SymmetryGroup symmetries(JsonNode info) {
        List<Se3> discrete = new ArrayList<>();
        for (JsonNode entry : info.path("symmetries_discrete")) {
            double[] m = flat(entry);
            discrete.add(new Se3(
                    Quaternion.ofMatrix(new double[] {m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10]}),
                    new Vec3(m[3], m[7], m[11])));
        }
        List<SymmetryGroup.Axis> continuous = new ArrayList<>();
        for (JsonNode entry : info.path("symmetries_continuous")) {
            double[] axis = flat(entry.get("axis"));
            double[] offset = flat(entry.get("offset"));
            continuous.add(new SymmetryGroup.Axis(
                    new Vec3(axis[0], axis[1], axis[2]), new Vec3(offset[0], offset[1], offset[2])));
        }
        return new SymmetryGroup(discrete, continuous);
    }
}
