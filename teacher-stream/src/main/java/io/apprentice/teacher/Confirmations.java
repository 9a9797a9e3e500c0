package io.apprentice.teacher;

import io.apprentice.pose.estimate.Workers;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.refine.ConfirmedPoses;
import io.apprentice.wire.DecodedFrame;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Does what {@link ConfirmedPoses} does, on several threads. Where an object was confirmed last matters only for the next
 * frame of the same camera. So each camera and object has a lane: the frames of a lane go one after the other, and lanes go
 * side by side. A lane needs some megabytes for drawing, so lanes are few and cameras may share one. For one caller.
 */
final class Confirmations {

    /** What the network believes about an object in a frame. */
    record Believed(DecodedFrame frame, ObjectLabel label) {}

    private record Lane(String object, int number) {}

    private final Map<String, ObjectModel> objects = new HashMap<>();
    private final Map<Lane, ConfirmedPoses> lanes = new HashMap<>();
    private final int lanesPerObject;
    private final Workers workers;
    private final TeacherMetrics metrics;

    /** For labels of these objects. */
    Confirmations(List<ObjectModel> objects, Workers workers, TeacherMetrics metrics) {
        objects.forEach(object -> this.objects.put(object.id(), object));
        int lanes = workers.threads() == 1 ? objects.size() : 2 * workers.threads();
        lanesPerObject = Math.max(1, lanes / objects.size());
        this.workers = workers;
        this.metrics = metrics;
    }

    /** The corrected labels, in order; empty where the frame confirms no pose. */
    List<Optional<ObjectLabel>> correct(List<Believed> believed) {
        Map<Lane, List<Integer>> items = new HashMap<>();
        for (int i = 0; i < believed.size(); i++) {
            items.computeIfAbsent(lane(believed.get(i)), lane -> new ArrayList<>())
                    .add(i);
        }
        items.keySet()
                .forEach(lane ->
                        lanes.computeIfAbsent(lane, l -> new ConfirmedPoses(List.of(objects.get(l.object())))));
        List<Optional<ObjectLabel>> corrected = new ArrayList<>(Collections.nCopies(believed.size(), Optional.empty()));
        workers.map(List.copyOf(items.keySet()), lane -> {
            items.get(lane).forEach(i -> corrected.set(i, correct(lanes.get(lane), believed.get(i))));
            return lane;
        });
        return corrected;
    }

    private Lane lane(Believed believed) {
        int number = Math.floorMod(believed.frame().source().getCameraId().hashCode(), lanesPerObject);
        return new Lane(believed.label().objectId(), number);
    }

    private Optional<ObjectLabel> correct(ConfirmedPoses poses, Believed believed) {
        DecodedFrame frame = believed.frame();
        Optional<ObjectLabel> corrected = metrics.refineTime()
                .record(() -> poses.correct(
                        frame.source().getCameraId(), frame.image(), frame.intrinsics(), believed.label()));
        corrected.ifPresent(label -> metrics.refined().increment());
        return corrected;
    }
}
