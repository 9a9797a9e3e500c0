package io.apprentice.scene.render;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;

/** Reads from a drawn picture where an object is seen, and which point of its surface a pixel shows. */
final class SurfaceMap {
    private final Samples samples;
    private final Triangles triangles;
    private final Meshes meshes;

    SurfaceMap(Samples samples, Triangles triangles, Meshes meshes) {
        this.samples = samples;
        this.triangles = triangles;
        this.meshes = meshes;
    }

    /** See {@link Renderer#depth}. */
    double depth(int px, int py) {
        samples.write(2 * py, 2 * px / Samples.PIECE, triangles.planes);
        samples.write(2 * py + 1, 2 * px / Samples.PIECE, triangles.planes);
        float[] inverseDepth = samples.inverseDepth;
        int upper = samples.index(px, py, 0);
        int lower = samples.index(px, py, 2);
        double sum =
                (double) inverseDepth[upper] + inverseDepth[upper + 1] + inverseDepth[lower] + inverseDepth[lower + 1];
        return 4 / sum;
    }

    /** See {@link Renderer#mark}. */
    void mark(int object, byte mark, byte[] mask) {
        samples.write(triangles.planes);
        for (int py = 0, i = 0; py < samples.height; py++) {
            for (int px = 0; px < samples.width; px++, i++) {
                int seen = 0;
                for (int s = 0; s < 4; s++) {
                    seen += shows(object, samples.index(px, py, s)) ? 1 : 0;
                }
                if (seen >= 2 && mask[i] == 0) {
                    mask[i] = mark;
                }
            }
        }
    }

    /** See {@link Renderer#surface}; with the camera of the picture. */
    void surface(int object, Se3 cameraToObject, CameraIntrinsics camera, byte[] mask, float[] surface) {
        samples.write(triangles.planes);
        double[] r = cameraToObject.rotation().matrix();
        Vec3 t = cameraToObject.translation();
        int n = samples.width * samples.height;
        for (int py = 0, i = 0; py < samples.height; py++) {
            for (int px = 0; px < samples.width; px++, i++) {
                int seen = 0;
                double sum = 0;
                double sumX = 0;
                double sumY = 0;
                for (int s = 0; s < 4; s++) {
                    int at = samples.index(px, py, s);
                    if (shows(object, at)) {
                        seen++;
                        sum += samples.inverseDepth[at];
                        sumX += (s & 1) - 0.5;
                        sumY += (s >> 1) - 0.5;
                    }
                }
                if (seen < 2) {
                    mask[i] = 0;
                    surface[i] = Float.NaN;
                    surface[n + i] = Float.NaN;
                    surface[2 * n + i] = Float.NaN;
                    continue;
                }
                double depth = seen / sum;
                double cx = (px + sumX / seen / 2 - camera.cx()) / camera.fx() * depth;
                double cy = (py + sumY / seen / 2 - camera.cy()) / camera.fy() * depth;
                mask[i] = 1;
                surface[i] = (float) (r[0] * cx + r[1] * cy + r[2] * depth + t.x());
                surface[n + i] = (float) (r[3] * cx + r[4] * cy + r[5] * depth + t.y());
                surface[2 * n + i] = (float) (r[6] * cx + r[7] * cy + r[8] * depth + t.z());
            }
        }
    }

    private boolean shows(int object, int sample) {
        int triangle = samples.visible[sample];
        return triangle != Samples.NOTHING && meshes.object(triangles.mesh[triangle]) == object;
    }
}
