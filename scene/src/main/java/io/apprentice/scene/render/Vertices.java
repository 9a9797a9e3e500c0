package io.apprentice.scene.render;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.object.TriangleMesh;

/** Vertices of the mesh being drawn, as arrays that are reused; two more hold the corners that clipping makes. */
final class Vertices {
    /** Depth of the plane in front of which nothing is drawn, metres. */
    static final float NEAR = 0.01f;

    /** Position in the camera frame, metres. */
    float[] x = {};

    float[] y = {};
    float[] z = {};
    /** Texture coordinates. */
    float[] u = {};

    float[] v = {};
    /** Factors on the texture's colour. */
    float[] red = {};

    float[] green = {};
    float[] blue = {};
    /** Position on the picture in samples: those of pixel 0 lie at 0.5 and 1.5. Not set behind the near plane. */
    float[] column = {};

    float[] row = {};

    private int capacity;
    private CameraIntrinsics intrinsics;

    /** Sets the camera that projects the vertices. */
    void begin(CameraIntrinsics camera) {
        intrinsics = camera;
    }

    /** Takes the positions of a mesh; its colours and texture coordinates are set by {@link Illumination}. */
    void place(TriangleMesh mesh, Se3 meshToCamera) {
        int n = mesh.vertices();
        reserve(n + 2);
        double[] m = meshToCamera.rotation().matrix();
        float m0 = (float) m[0];
        float m1 = (float) m[1];
        float m2 = (float) m[2];
        float m3 = (float) m[3];
        float m4 = (float) m[4];
        float m5 = (float) m[5];
        float m6 = (float) m[6];
        float m7 = (float) m[7];
        float m8 = (float) m[8];
        float tx = (float) meshToCamera.translation().x();
        float ty = (float) meshToCamera.translation().y();
        float tz = (float) meshToCamera.translation().z();
        float[] p = mesh.positions();
        for (int i = 0, j = 0; i < n; i++, j += 3) {
            x[i] = m0 * p[j] + m1 * p[j + 1] + m2 * p[j + 2] + tx;
            y[i] = m3 * p[j] + m4 * p[j + 1] + m5 * p[j + 2] + ty;
            z[i] = m6 * p[j] + m7 * p[j + 1] + m8 * p[j + 2] + tz;
            project(i);
        }
    }

    /** Makes vertex {@code to} the point where the edge between two others crosses the near plane. */
    void cut(int in, int out, int to) {
        float t = (NEAR - z[in]) / (z[out] - z[in]);
        x[to] = x[in] + t * (x[out] - x[in]);
        y[to] = y[in] + t * (y[out] - y[in]);
        z[to] = NEAR;
        u[to] = u[in] + t * (u[out] - u[in]);
        v[to] = v[in] + t * (v[out] - v[in]);
        red[to] = red[in] + t * (red[out] - red[in]);
        green[to] = green[in] + t * (green[out] - green[in]);
        blue[to] = blue[in] + t * (blue[out] - blue[in]);
        project(to);
    }

    private void project(int i) {
        if (z[i] >= NEAR) {
            column[i] = (float) (2 * (intrinsics.fx() * x[i] / z[i] + intrinsics.cx()) + 1);
            row[i] = (float) (2 * (intrinsics.fy() * y[i] / z[i] + intrinsics.cy()) + 1);
        }
    }

    private void reserve(int needed) {
        if (needed > capacity) {
            capacity = 2 * needed;
            x = new float[capacity];
            y = new float[capacity];
            z = new float[capacity];
            u = new float[capacity];
            v = new float[capacity];
            red = new float[capacity];
            green = new float[capacity];
            blue = new float[capacity];
            column = new float[capacity];
            row = new float[capacity];
        }
    }
}
