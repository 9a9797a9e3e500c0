package io.apprentice.pose.estimate;

import io.apprentice.pose.geometry.Se3;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of each object per camera, as a hint for the next frame: its last pose, or for how many frames it has been
 * missing. A pose is forgotten after some frames without the object. What is kept is bounded. Not thread-safe.
 */
public final class LastPoses {

    private static final int MOST = 4096;

    private record Key(String camera, String object) {}

    private record Seen(Optional<Se3> objectToCamera, int missing) {}

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
        return Optional.ofNullable(seen.get(new Key(camera, object))).flatMap(Seen::objectToCamera);
    }

    /** For how many frames the object has not been found. */
    public int missing(String camera, String object) {
        return Optional.ofNullable(seen.get(new Key(camera, object)))
                .map(Seen::missing)
                .orElse(0);
    }

    /** Records the pose in the newest frame; empty if the object was not found. */
    public void update(String camera, String object, Optional<Se3> objectToCamera) {
        int missing = objectToCamera.isPresent() ? 0 : missing(camera, object) + 1;
        Optional<Se3> last = missing < forgetAfter ? objectToCamera.or(() -> of(camera, object)) : Optional.empty();
        seen.put(new Key(camera, object), new Seen(last, missing));
    }
}
