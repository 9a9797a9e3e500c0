package io.apprentice.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.GroundTruth;
import io.apprentice.schemas.Intrinsics;
import io.apprentice.schemas.KeypointVotes;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.ObjectPredictions;
import io.apprentice.schemas.Pose;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.StudentPredictions;
import io.apprentice.schemas.SurfaceCodes;
import io.apprentice.wire.PoseMapping;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** What goes beside a picture, as JSON: its camera, the poses, the votes. Pixels, metres, milliseconds. */
final class Heads {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    /** Cells whose votes are drawn, those that are surest; more are a cloud without a shape. */
    private static final int MOST_CELLS = 80;

    private Heads() {}

    static ObjectNode of(Frame frame, long arrived, List<PoseEstimate> poses) {
        ObjectNode head = JSON.objectNode();
        head.put("camera", frame.getCameraId());
        head.put("sequence", frame.getSequence());
        head.put("arrived", arrived);
        head.set("intrinsics", intrinsics(frame.getIntrinsics()));
        ArrayNode found = head.putArray("poses");
        for (PoseEstimate pose : poses) {
            ObjectNode one = found.addObject();
            one.put("object", pose.getObjectId());
            one.put("status", pose.getStatus().name());
            one.put("score", pose.getScore());
            one.put("student", pose.getStudent().getId());
            one.put("version", pose.getStudent().getVersion());
            one.put("age", pose.getEstimatedAt().toEpochMilli() - arrived);
            pose(one, pose.getObjectToCamera());
        }
        ArrayNode truth = head.putArray("truth");
        for (GroundTruth object : frame.getGroundTruth()) {
            pose(truth.addObject().put("object", object.getObjectId()), object.getObjectToCamera());
        }
        return head;
    }

    private static ObjectNode intrinsics(Intrinsics camera) {
        ObjectNode node = JSON.objectNode();
        node.put("width", camera.getWidth());
        node.put("height", camera.getHeight());
        node.put("fx", camera.getFx());
        node.put("fy", camera.getFy());
        node.put("cx", camera.getCx());
        node.put("cy", camera.getCy());
        camera.getDistortion().forEach(node.putArray("distortion")::add);
        return node;
    }

    private static void pose(ObjectNode node, Pose pose) {
        if (pose != null && PoseMapping.possible(pose).isPresent()) {
            node.putArray("rotation")
                    .add(pose.getQx())
                    .add(pose.getQy())
                    .add(pose.getQz())
                    .add(pose.getQw());
            node.putArray("translation").add(pose.getTx()).add(pose.getTy()).add(pose.getTz());
        }
    }

    /** The teacher's answer for each object. */
    static ArrayNode labels(LocalPredictions label) {
        ArrayNode labels = JSON.arrayNode();
        for (ObjectPredictions object : label.getObjects()) {
            ObjectNode one = labels.addObject();
            one.put("object", object.getObjectId());
            one.put("teacher", label.getTeacher().getId());
            one.put("version", label.getTeacher().getVersion());
            one.put("refined", object.getRefined());
            one.put("score", object.getQuality().getScore());
            pose(one, object.getObjectToCamera());
            if (object.getPredictions() instanceof KeypointVotes votes) {
                votes(one, votes);
            } else if (object.getPredictions() instanceof SurfaceCodes codes) {
                one.put("keypoints", 1);
                cells(one.putArray("votes"), codes.getScores(), codes.getPositions(), 2);
            }
        }
        return labels;
    }

    /** The student's votes for each object. */
    static ArrayNode clouds(StudentPredictions cloud) {
        ArrayNode clouds = JSON.arrayNode();
        cloud.getObjects().forEach(of -> votes(clouds.addObject().put("object", of.getObjectId()), of.getVotes()));
        return clouds;
    }

    private static void votes(ObjectNode one, KeypointVotes votes) {
        one.put("keypoints", votes.getKeypoints());
        cells(one.putArray("votes"), votes.getScores(), votes.getPoints(), 2 * votes.getKeypoints());
    }

    /** Per cell its score, then its points, in tenths of pixels. */
    private static void cells(ArrayNode out, List<Float> scores, List<Float> points, int perCell) {
        IntStream.range(0, scores.size())
                .boxed()
                .filter(cell -> (cell + 1) * perCell <= points.size())
                .sorted(Comparator.comparing(scores::get).reversed())
                .limit(MOST_CELLS)
                .forEach(cell -> {
                    out.add(Math.round(scores.get(cell) * 100) / 100.0);
                    points.subList(cell * perCell, (cell + 1) * perCell)
                            .forEach(value -> out.add(Math.round(value * 10) / 10.0));
                });
    }
}
