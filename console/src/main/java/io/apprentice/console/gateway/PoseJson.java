package io.apprentice.console.gateway;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apprentice.schemas.Pose;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.wire.PoseMapping;
import java.time.Instant;
import java.util.List;

/** A pose as JSON whose shape follows ROS. Metres and radians, camera frame: x right, y down, z ahead. */
final class PoseJson {

    private static final int COVARIANCE = 36;

    private PoseJson() {}

    /**
     * One pose.
     *
     * @param arrived when its frame reached us, milliseconds since 1970
     */
    static ObjectNode of(PoseEstimate pose, long arrived, long now) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        Instant captured = pose.getCapturedAt();
        ObjectNode header = json.putObject("header");
        header.putObject("stamp").put("sec", captured.getEpochSecond()).put("nanosec", captured.getNano());
        header.put("frame_id", pose.getCameraId());
        pose(json, pose.getObjectToCamera());
        // The topic has ROS's order and meaning already: a shift of the origin, then a turn about the camera's axes.
        covariance(json, pose.getCovariance());
        return json.put("object_id", pose.getObjectId())
                .put("status", pose.getStatus().name())
                .put("score", finite(pose.getScore()))
                .put("inliers", pose.getInliers())
                .put("reprojection_error", finite(pose.getReprojectionError()))
                .put("student_id", pose.getStudent().getId())
                .put("student_version", pose.getStudent().getVersion())
                .put("sequence", pose.getSequence())
                .put("age_ms", Math.max(0, now - arrived));
    }

    private static void pose(ObjectNode json, Pose pose) {
        if (pose == null || PoseMapping.possible(pose).isEmpty()) { // JSON has no word for what is not finite
            json.putNull("pose");
            return;
        }
        ObjectNode node = json.putObject("pose");
        node.putObject("position").put("x", pose.getTx()).put("y", pose.getTy()).put("z", pose.getTz());
        node.putObject("orientation")
                .put("x", pose.getQx())
                .put("y", pose.getQy())
                .put("z", pose.getQz())
                .put("w", pose.getQw());
    }

    private static void covariance(ObjectNode json, List<Double> values) {
        if (values.size() == COVARIANCE && values.stream().allMatch(Double::isFinite)) {
            values.forEach(json.putArray("covariance")::add);
        } else {
            json.putNull("covariance");
        }
    }

    private static Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
