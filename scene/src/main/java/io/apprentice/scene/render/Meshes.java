package io.apprentice.scene.render;

import io.apprentice.pose.object.Texture;
import java.util.Arrays;

/** The meshes of the picture: texture, the caller's number of the object, and how many samples show each. */
final class Meshes {
    private int count;
    private Texture[] textures = new Texture[64];
    private int[] objects = new int[64];
    private long[] samples = new long[64];

    void clear() {
        Arrays.fill(textures, 0, count, null);
        count = 0;
    }

    /** Adds a mesh and returns its number. */
    int add(Texture texture, int object) {
        if (count == textures.length) {
            textures = Arrays.copyOf(textures, 2 * count);
            objects = Arrays.copyOf(objects, 2 * count);
            samples = Arrays.copyOf(samples, 2 * count);
        }
        textures[count] = texture;
        objects[count] = object;
        return count++;
    }

    Texture texture(int mesh) {
        return textures[mesh];
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
