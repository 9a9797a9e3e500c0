package io.apprentice.scene.render;

import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.Texture;
import java.util.Arrays;

/** The meshes of the picture: texture, shadows, the caller's number of the object, and how many samples show each. */
final class Meshes {
    private int count;
    private Texture[] textures = new Texture[64];
    private Shadows[] shadows = new Shadows[64];
    private Vec3[] darkest = new Vec3[64];
    private int[] objects = new int[64];
    private long[] samples = new long[64];

    void clear() {
        Arrays.fill(textures, 0, count, null);
        Arrays.fill(shadows, 0, count, null);
        count = 0;
    }

    /**
     * Adds a mesh and returns its number.
     *
     * @param dark colour where none of the lamp's light arrives, as a share of the colour where all of it does
     */
    int add(Texture texture, Shadows cast, Vec3 dark, int object) {
        if (count == textures.length) {
            textures = Arrays.copyOf(textures, 2 * count);
            shadows = Arrays.copyOf(shadows, 2 * count);
            darkest = Arrays.copyOf(darkest, 2 * count);
            objects = Arrays.copyOf(objects, 2 * count);
            samples = Arrays.copyOf(samples, 2 * count);
        }
        textures[count] = texture;
        shadows[count] = cast;
        darkest[count] = dark;
        objects[count] = object;
        return count++;
    }

    Texture texture(int mesh) {
        return textures[mesh];
    }

    Shadows shadows(int mesh) {
        return shadows[mesh];
    }

    Vec3 darkest(int mesh) {
        return darkest[mesh];
    }

    int object(int mesh) {
        return objects[mesh];
    }

    /** Forgets what was counted. */
    void clearCounts() {
        Arrays.fill(samples, 0, count, 0);
    }

    /** Counts samples that show a mesh. */
    void count(int mesh, long seen) {
        samples[mesh] += seen;
    }

    /** Samples that were counted for all meshes of an object. */
    long samplesOf(int object) {
        long sum = 0;
        for (int m = 0; m < count; m++) {
            if (objects[m] == object) {
                sum += samples[m];
            }
        }
        return sum;
    }
}
