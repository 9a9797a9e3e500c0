package io.apprentice.pose.estimate;

import io.apprentice.pose.geometry.Se3;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of each object per camera, as a hint for the next frame: its last pose, or how often it was searched for since
 * it was found. A pose is forgotten after some frames without the object. What is kept is bounded. Not thread-safe.
 */
public final class LastPoses {

    private static final int MOST = 4096;

    private record Key(String camera, String object) {}

    private record Seen(Optional<Se3> objectToCamera, int missing, int searches) {}

    private final int forgetAfter;
    private final Map<Key, Seen> seen = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Seen> eldest) {
            return size() > MOST;
        }
    };

    /**
     * A memory that forgets a pose after some consecutive frames in which the object was not found.
     *
     * @param forgetAfter frames, at least 1; only frames passed to {@link #update} count
     */
    public LastPoses(int forgetAfter) {
        this.forgetAfter = forgetAfter;
    }

    /** The last pose, if the object was found recently. */
    public Optional<Se3> of(String camera, String object) {
        return seen(camera, object).objectToCamera();
    }

    /** How often the frame was searched for the object since it was found last: whose turn it is. */
    public int searches(String camera, String object) {
        return seen(camera, object).searches();
    }

    /** Records the pose in the newest frame; empty if the object was not found. */
    public void update(String camera, String object, Optional<Se3> objectToCamera) {
        update(camera, object, objectToCamera, false);
    }

    /** The same, and whether the frame, or a part of it, was searched for the object. */
    public void update(String camera, String object, Optional<Se3> objectToCamera, boolean searched) {
        Seen before = seen(camera, object);
        int missing = objectToCamera.isPresent() ? 0 : before.missing() + 1;
        int searches = objectToCamera.isPresent() ? 0 : before.searches() + (searched ? 1 : 0);
        Optional<Se3> last = missing < forgetAfter ? objectToCamera.or(before::objectToCamera) : Optional.empty();
        seen.put(new Key(camera, object), new Seen(last, missing, searches));
    }

    private Seen seen(String camera, String object) {
        return seen.getOrDefault(new Key(camera, object), new Seen(Optional.empty(), 0, 0));
    }
}
