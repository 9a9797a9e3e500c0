package io.apprentice.scene.render;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.Texture;
import io.apprentice.pose.object.TriangleMesh;
import java.util.Arrays;

/**
 * Draws triangle meshes on the CPU. Every pixel has 2 x 2 samples for visibility (nearest triangle and its inverse depth);
 * colour is computed afterwards, once per pixel and visible triangle, so hidden surfaces cost nothing but the depth test
 * and edges come out smooth. Textures are perspective-correct, bilinear, from the level of the pyramid that fits; light is
 * computed per vertex. Distortion of the camera is not rendered.
 *
 * <p>Use: {@link #begin}, {@link #draw} for each mesh, then {@link #resolve}, then the questions about what was drawn.
 * Buffers are kept between frames. Not thread-safe.
 *
 * <p>Scanlines rather than edge functions: the spans of two triangles that share an edge are computed by the same
 * arithmetic from the same two vertices, so no sample between them is lost or drawn twice.
 */
public final class Renderer {
    /** What belongs to no object. */
    public static final int NO_OBJECT = -1;

    private static final float NEAR = 0.01f;
    private static final int PLANES = 18;
    private static final int NOTHING = -1;
    private static final int SEVERAL = -2;
    private static final int LONGEST_RUN = 16;

    private final int width;
    private final int height;
    private final int columns;
    private final int rows;
    private final float[] inverseDepth;
    private final int[] visible;
    private int[] stamp = {};
    private int stamps;
    private final int[] corner = new int[4];

    private CameraIntrinsics intrinsics;
    private Se3 worldToCamera = Se3.IDENTITY;
    private Light light;
    private Vec3 lamp = Vec3.ZERO;
    private Vec3 up = Vec3.ZERO;

    // Vertices of the mesh at hand, camera frame; four more for the corners that clipping makes.
    private int capacity;
    private float[] x = {};
    private float[] y = {};
    private float[] z = {};
    private float[] u = {};
    private float[] v = {};
    private float[] red = {};
    private float[] green = {};
    private float[] blue = {};
    private float[] column = {};
    private float[] row = {};

    // Triangles of the frame: planes of 1/z, u/z, v/z, r/z, g/z, b/z over the samples; and the mesh each belongs to.
    private int triangles;
    private float[] planes = new float[PLANES * 4096];
    private int[] triangleMesh = new int[4096];
    private int[] facet = new int[4096]; // first of the triangles in one plane, drawn one after the other
    private int meshes;
    private Texture[] textures = new Texture[64];
    private int[] objects = new int[64];
    private long[] samplesOfMesh = new long[64];

    /** A renderer for pictures of one size, pixels. */
    public Renderer(int width, int height) {
        if (width < 1 || height < 1 || (long) width * height > 50_000_000) {
            throw new IllegalArgumentException("renderer: expected 1 to 50 megapixels, got " + width + " x " + height);
        }
        this.width = width;
        this.height = height;
        columns = 2 * width;
        rows = 2 * height;
        inverseDepth = new float[columns * rows];
        visible = new int[columns * rows];
    }

    /**
     * Starts an empty picture.
     *
     * @param intrinsics the camera, of this renderer's size
     * @param worldToCamera where the camera stands
     */
    public void begin(CameraIntrinsics intrinsics, Se3 worldToCamera, Light light) {
        if (intrinsics.width() != width || intrinsics.height() != height) {
            throw new IllegalArgumentException("camera: expected %d x %d pixels, got %d x %d"
                    .formatted(width, height, intrinsics.width(), intrinsics.height()));
        }
        this.intrinsics = intrinsics;
        this.worldToCamera = worldToCamera;
        this.light = light;
        lamp = worldToCamera.rotation().rotate(light.towards());
        up = worldToCamera.rotation().rotate(new Vec3(0, 0, 1));
        Arrays.fill(inverseDepth, 0);
        Arrays.fill(visible, NOTHING);
        triangles = 0;
        Arrays.fill(textures, 0, meshes, null);
        meshes = 0;
    }

    /** Draws a mesh in plain daylight colours. */
    public void draw(TriangleMesh mesh, Se3 meshToWorld, int object) {
        draw(mesh, meshToWorld, Material.PLAIN, null, object);
    }

    /**
     * Draws a mesh.
     *
     * @param shade share of the lamp's light that reaches each vertex, 0 to 1, or null for all of it
     * @param object a number to ask for afterwards, or {@link #NO_OBJECT}
     */
    public void draw(TriangleMesh mesh, Se3 meshToWorld, Material material, float[] shade, int object) {
        Se3 meshToCamera = worldToCamera.times(meshToWorld);
        if (outside(mesh.radius(), meshToCamera.translation())) {
            return;
        }
        int number = addMesh(mesh.texture(), object);
        place(mesh, meshToCamera);
        illuminate(mesh, meshToCamera.rotation(), material, shade);
        int[] corners = mesh.triangles();
        int n = mesh.vertices();
        for (int t = 0; t < corners.length; t += 3) {
            int a = corners[t];
            int b = corners[t + 1];
            int c = corners[t + 2];
            int inFront = (z[a] >= NEAR ? 1 : 0) + (z[b] >= NEAR ? 2 : 0) + (z[c] >= NEAR ? 4 : 0);
            switch (inFront) {
                case 0 -> {}
                case 1 -> clipToOne(a, b, c, n, number, mesh.oneSided());
                case 2 -> clipToOne(b, c, a, n, number, mesh.oneSided());
                case 4 -> clipToOne(c, a, b, n, number, mesh.oneSided());
                case 3 -> clipToTwo(a, b, c, n, number, mesh.oneSided());
                case 6 -> clipToTwo(b, c, a, n, number, mesh.oneSided());
                case 5 -> clipToTwo(c, a, b, n, number, mesh.oneSided());
                default -> add(a, b, c, number, mesh.oneSided());
            }
        }
    }

    /** Number of samples (four per pixel) that a mesh would cover if it were alone in the picture; draws nothing. */
    public long silhouette(TriangleMesh mesh, Se3 meshToWorld) {
        if (stamp.length == 0) {
            stamp = new int[columns * rows];
        }
        stamps++;
        Se3 meshToCamera = worldToCamera.times(meshToWorld);
        place(mesh, meshToCamera);
        int[] corners = mesh.triangles();
        long covered = 0;
        for (int t = 0; t < corners.length; t += 3) {
            int a = corners[t];
            int b = corners[t + 1];
            int c = corners[t + 2];
            if (z[a] >= NEAR && z[b] >= NEAR && z[c] >= NEAR) {
                covered += scan(a, b, c, NOTHING);
            }
        }
        return covered;
    }

    /**
     * Computes the colours.
     *
     * @param rgb receives {@code 3 * width * height} bytes, RGB interleaved
     * @param background 0xRRGGBB, where nothing was drawn
     */
    public void resolve(byte[] rgb, int background) {
        Arrays.fill(samplesOfMesh, 0, meshes, 0);
        for (int py = 0; py < height; py++) {
            int top = 2 * py * columns;
            for (int px = 0; px < width; ) {
                int triangle = wholePixel(top + 2 * px);
                int end = px + 1;
                if (triangle >= 0) {
                    int longest = Math.min(width, px + LONGEST_RUN);
                    while (end < longest && wholePixel(top + 2 * end) == triangle) {
                        end++;
                    }
                    shadeRun(triangle, px, end, py, rgb);
                } else {
                    int at = top + 2 * px;
                    int colour = triangle == NOTHING
                            ? background
                            : mixed(
                                    visible[at],
                                    visible[at + 1],
                                    visible[at + columns],
                                    visible[at + columns + 1],
                                    2 * px + 1,
                                    2 * py + 1,
                                    background);
                    int out = 3 * (py * width + px);
                    rgb[out] = (byte) (colour >> 16);
                    rgb[out + 1] = (byte) (colour >> 8);
                    rgb[out + 2] = (byte) colour;
                }
                px = end;
            }
        }
    }

    /** The triangle (or nothing) that all four samples of a pixel see, or {@link #SEVERAL}. */
    private int wholePixel(int at) {
        int a = visible[at];
        return a == visible[at + 1] && a == visible[at + columns] && a == visible[at + columns + 1] ? a : SEVERAL;
    }

    /** Colours of neighbouring pixels in one triangle, planes stepped from pixel to pixel, one texture level for all. */
    private void shadeRun(int triangle, int from, int to, int py, byte[] rgb) {
        int mesh = triangleMesh[triangle];
        samplesOfMesh[mesh] += 4L * (to - from);
        float[] p = planes;
        int at = PLANES * triangle;
        float sx = 2 * from + 1;
        float sy = 2 * py + 1;
        float w = p[at] * sx + p[at + 1] * sy + p[at + 2];
        float uw = p[at + 3] * sx + p[at + 4] * sy + p[at + 5];
        float vw = p[at + 6] * sx + p[at + 7] * sy + p[at + 8];
        float rw = p[at + 9] * sx + p[at + 10] * sy + p[at + 11];
        float gw = p[at + 12] * sx + p[at + 13] * sy + p[at + 14];
        float bw = p[at + 15] * sx + p[at + 16] * sy + p[at + 17];
        float dw = 2 * p[at];
        float du = 2 * p[at + 3];
        float dv = 2 * p[at + 6];
        float dr = 2 * p[at + 9];
        float dg = 2 * p[at + 12];
        float db = 2 * p[at + 15];
        Texture texture = textures[mesh];
        int level = level(texture, at, from + to, sy);
        int[] texels = texture.level(level);
        int wb = texture.widthBits() - level;
        int maskX = (1 << wb) - 1;
        int maskY = (1 << (texture.heightBits() - level)) - 1;
        float wide = 256 * (maskX + 1);
        float high = 256 * (maskY + 1);
        for (int out = 3 * (py * width + from), end = 3 * (py * width + to); out < end; out += 3) {
            float depth = 1 / w;
            int fx = (int) (uw * depth * wide) - 128;
            int fy = (int) (vw * depth * high) - 128;
            int x0 = (fx >> 8) & maskX;
            int x1 = (x0 + 1) & maskX;
            int y0 = ((fy >> 8) & maskY) << wb;
            int y1 = (((fy >> 8) + 1) & maskY) << wb;
            int texel = blend(
                    blend(texels[y0 + x0], texels[y0 + x1], fx & 255),
                    blend(texels[y1 + x0], texels[y1 + x1], fx & 255),
                    fy & 255);
            rgb[out] = (byte) Math.min(255, ((texel >> 16) * fixed(rw * depth)) >> 8);
            rgb[out + 1] = (byte) Math.min(255, (((texel >> 8) & 255) * fixed(gw * depth)) >> 8);
            rgb[out + 2] = (byte) Math.min(255, ((texel & 255) * fixed(bw * depth)) >> 8);
            w += dw;
            uw += du;
            vw += dv;
            rw += dr;
            gw += dg;
            bw += db;
        }
    }

    /** Number of samples (four per pixel) in which an object is seen; after {@link #resolve}. */
    public long visibleSamples(int object) {
        long samples = 0;
        for (int m = 0; m < meshes; m++) {
            if (objects[m] == object) {
                samples += samplesOfMesh[m];
            }
        }
        return samples;
    }

    /** Depth at the middle of a pixel's samples, metres along the camera's z; infinite where nothing was drawn. */
    public double depth(int px, int py) {
        int i = 2 * py * columns + 2 * px;
        double sum = (double) inverseDepth[i]
                + inverseDepth[i + 1]
                + inverseDepth[i + columns]
                + inverseDepth[i + columns + 1];
        return 4 / sum;
    }

    /**
     * Where an object is seen that the mask does not tell of yet.
     *
     * @param mask {@code width * height} bytes; those that are 0 become {@code mark} where at least half a pixel shows the object
     */
    public void mark(int object, byte mark, byte[] mask) {
        for (int py = 0, i = 0; py < height; py++) {
            for (int px = 0; px < width; px++, i++) {
                int samples = 0;
                for (int s = 0; s < 4; s++) {
                    int triangle = visible[(2 * py + (s >> 1)) * columns + 2 * px + (s & 1)];
                    samples += triangle != NOTHING && objects[triangleMesh[triangle]] == object ? 1 : 0;
                }
                if (samples >= 2 && mask[i] == 0) {
                    mask[i] = mark;
                }
            }
        }
    }

    /**
     * Where an object is seen, and which point of its surface.
     *
     * @param objectToWorld as drawn
     * @param mask receives {@code width * height} bytes: 1 where at least half a pixel shows the object, else 0
     * @param surface receives {@code 3 * width * height} numbers: planes x, y, z in the object frame, metres; NaN where
     *     the mask is 0
     */
    public void surface(int object, Se3 objectToWorld, byte[] mask, float[] surface) {
        Se3 cameraToObject = worldToCamera.times(objectToWorld).inverse();
        double[] r = cameraToObject.rotation().matrix();
        Vec3 t = cameraToObject.translation();
        int n = width * height;
        for (int py = 0, i = 0; py < height; py++) {
            for (int px = 0; px < width; px++, i++) {
                int samples = 0;
                double sum = 0;
                double sumX = 0;
                double sumY = 0;
                for (int s = 0; s < 4; s++) {
                    int at = (2 * py + (s >> 1)) * columns + 2 * px + (s & 1);
                    int triangle = visible[at];
                    if (triangle != NOTHING && objects[triangleMesh[triangle]] == object) {
                        samples++;
                        sum += inverseDepth[at];
                        sumX += (s & 1) - 0.5;
                        sumY += (s >> 1) - 0.5;
                    }
                }
                if (samples < 2) {
                    mask[i] = 0;
                    surface[i] = Float.NaN;
                    surface[n + i] = Float.NaN;
                    surface[2 * n + i] = Float.NaN;
                    continue;
                }
                double depth = samples / sum;
                double cx = (px + sumX / samples / 2 - intrinsics.cx()) / intrinsics.fx() * depth;
                double cy = (py + sumY / samples / 2 - intrinsics.cy()) / intrinsics.fy() * depth;
                mask[i] = 1;
                surface[i] = (float) (r[0] * cx + r[1] * cy + r[2] * depth + t.x());
                surface[n + i] = (float) (r[3] * cx + r[4] * cy + r[5] * depth + t.y());
                surface[2 * n + i] = (float) (r[6] * cx + r[7] * cy + r[8] * depth + t.z());
            }
        }
    }

    /** Whether a ball is wholly outside what the camera sees. */
    private boolean outside(double radius, Vec3 centre) {
        return centre.z() + radius < NEAR
                || beyond((-0.5 - intrinsics.cx()) / intrinsics.fx(), 1, centre.x(), centre.z(), radius)
                || beyond((width - 0.5 - intrinsics.cx()) / intrinsics.fx(), -1, centre.x(), centre.z(), radius)
                || beyond((-0.5 - intrinsics.cy()) / intrinsics.fy(), 1, centre.y(), centre.z(), radius)
                || beyond((height - 0.5 - intrinsics.cy()) / intrinsics.fy(), -1, centre.y(), centre.z(), radius);
    }

    private static boolean beyond(double slope, int side, double across, double depth, double radius) {
        return side * (across - slope * depth) < -radius * Math.sqrt(1 + slope * slope);
    }

    private int addMesh(Texture texture, int object) {
        if (meshes == textures.length) {
            textures = Arrays.copyOf(textures, 2 * meshes);
            objects = Arrays.copyOf(objects, 2 * meshes);
            samplesOfMesh = Arrays.copyOf(samplesOfMesh, 2 * meshes);
        }
        textures[meshes] = texture;
        objects[meshes] = object;
        return meshes++;
    }

    private void place(TriangleMesh mesh, Se3 meshToCamera) {
        int n = mesh.vertices();
        if (n + 2 > capacity) {
            capacity = 2 * n + 2;
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

    /** Sample coordinates: the samples of pixel 0 lie at 0.5 and 1.5, its centre at 1. */
    private void project(int i) {
        if (z[i] >= NEAR) {
            column[i] = (float) (2 * (intrinsics.fx() * x[i] / z[i] + intrinsics.cx()) + 1);
            row[i] = (float) (2 * (intrinsics.fy() * y[i] / z[i] + intrinsics.cy()) + 1);
        }
    }

    /** Colour of each vertex: its own times tint times light. */
    private void illuminate(TriangleMesh mesh, Quaternion meshToCamera, Material material, float[] shade) {
        double[] m = meshToCamera.matrix();
        float[] normals = mesh.normals();
        float[] uv = mesh.uv();
        byte[] colours = mesh.colours();
        for (int i = 0, j = 0; i < mesh.vertices(); i++, j += 3) {
            float nx = (float) (m[0] * normals[j] + m[1] * normals[j + 1] + m[2] * normals[j + 2]);
            float ny = (float) (m[3] * normals[j] + m[4] * normals[j + 1] + m[5] * normals[j + 2]);
            float nz = (float) (m[6] * normals[j] + m[7] * normals[j + 1] + m[8] * normals[j + 2]);
            float facing = nx * x[i] + ny * y[i] + nz * z[i];
            if (!mesh.oneSided() && facing > 0) {
                nx = -nx;
                ny = -ny;
                nz = -nz;
                facing = -facing;
            }
            float lit = (float) (nx * lamp.x() + ny * lamp.y() + nz * lamp.z());
            float reach = shade == null ? 1 : shade[i];
            float sky = (float) (0.8 + 0.2 * (nx * up.x() + ny * up.y() + nz * up.z()));
            float shine = 0;
            if (material.gloss() > 0 && lit > 0) {
                // the lamp's direction mirrored by the surface, against the direction to the eye
                float toLamp = (float) (lamp.x() * x[i] + lamp.y() * y[i] + lamp.z() * z[i]);
                float cos = (toLamp - 2 * lit * facing) / (float) Math.sqrt(x[i] * x[i] + y[i] * y[i] + z[i] * z[i]);
                if (cos > 0) {
                    float c4 = cos * cos * cos * cos;
                    shine = (float) material.gloss() * reach * c4 * c4 * c4;
                }
            }
            float diffuse = Math.max(lit, 0) * reach;
            Vec3 lampColour = light.colour();
            Vec3 ambient = light.ambient();
            Vec3 tint = material.tint();
            float r = (float) (tint.x() * (ambient.x() * sky + lampColour.x() * diffuse) + lampColour.x() * shine);
            float g = (float) (tint.y() * (ambient.y() * sky + lampColour.y() * diffuse) + lampColour.y() * shine);
            float b = (float) (tint.z() * (ambient.z() * sky + lampColour.z() * diffuse) + lampColour.z() * shine);
            boolean coloured = colours.length > 0;
            red[i] = coloured ? r * (colours[j] & 255) / 255f : r;
            green[i] = coloured ? g * (colours[j + 1] & 255) / 255f : g;
            blue[i] = coloured ? b * (colours[j + 2] & 255) / 255f : b;
            u[i] = uv.length > 0 ? uv[2 * i] : 0;
            v[i] = uv.length > 0 ? uv[2 * i + 1] : 0;
        }
    }

    private void clipToOne(int in, int out1, int out2, int free, int number, boolean oneSided) {
        cut(in, out1, free);
        cut(in, out2, free + 1);
        add(in, free, free + 1, number, oneSided);
    }

    private void clipToTwo(int in1, int in2, int out, int free, int number, boolean oneSided) {
        cut(in2, out, free);
        cut(in1, out, free + 1);
        add(in1, in2, free, number, oneSided);
        add(in1, free, free + 1, number, oneSided);
    }

    /** The point of an edge at the near plane. */
    private void cut(int in, int out, int to) {
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

    private void add(int a, int b, int c, int number, boolean oneSided) {
        double bx = (double) column[b] - column[a];
        double by = (double) row[b] - row[a];
        double cx = (double) column[c] - column[a];
        double cy = (double) row[c] - row[a];
        double area = bx * cy - cx * by; // below 0 where the corners run counter-clockwise on the picture
        if (oneSided ? area >= 0 : area == 0) {
            return;
        }
        float left = Math.min(column[a], Math.min(column[b], column[c]));
        float right = Math.max(column[a], Math.max(column[b], column[c]));
        float top = Math.min(row[a], Math.min(row[b], row[c]));
        float bottom = Math.max(row[a], Math.max(row[b], row[c]));
        if (right < 0 || left > columns || bottom < 0 || top > rows) {
            return;
        }
        if (triangles == triangleMesh.length) {
            triangleMesh = Arrays.copyOf(triangleMesh, 2 * triangles);
            facet = Arrays.copyOf(facet, 2 * triangles);
            planes = Arrays.copyOf(planes, 2 * PLANES * triangles);
        }
        double wa = 1.0 / z[a];
        double wb = 1.0 / z[b];
        double wc = 1.0 / z[c];
        int at = PLANES * triangles;
        double m00 = cy / area;
        double m01 = -by / area;
        double m10 = -cx / area;
        double m11 = bx / area;
        plane(at, a, wa, wb - wa, wc - wa, m00, m01, m10, m11);
        plane(at + 3, a, u[a] * wa, u[b] * wb - u[a] * wa, u[c] * wc - u[a] * wa, m00, m01, m10, m11);
        plane(at + 6, a, v[a] * wa, v[b] * wb - v[a] * wa, v[c] * wc - v[a] * wa, m00, m01, m10, m11);
        plane(at + 9, a, red[a] * wa, red[b] * wb - red[a] * wa, red[c] * wc - red[a] * wa, m00, m01, m10, m11);
        plane(
                at + 12,
                a,
                green[a] * wa,
                green[b] * wb - green[a] * wa,
                green[c] * wc - green[a] * wa,
                m00,
                m01,
                m10,
                m11);
        plane(at + 15, a, blue[a] * wa, blue[b] * wb - blue[a] * wa, blue[c] * wc - blue[a] * wa, m00, m01, m10, m11);
        triangleMesh[triangles] = number;
        facet[triangles] = inPlaneWithLast(number) ? facet[triangles - 1] : triangles;
        scan(a, b, c, triangles++);
    }

    private boolean inPlaneWithLast(int number) {
        if (triangles == 0 || triangleMesh[triangles - 1] != number) {
            return false;
        }
        int at = PLANES * triangles;
        int last = at - PLANES;
        float dx = Math.abs(planes[at] - planes[last]);
        float dy = Math.abs(planes[at + 1] - planes[last + 1]);
        return dx + dy < 1e-3f * (Math.abs(planes[at]) + Math.abs(planes[at + 1])) + 1e-7f;
    }

    /** The linear function over the samples that is {@code q} at vertex a, and db and dc more at b and c. */
    private void plane(int at, int a, double q, double db, double dc, double m00, double m01, double m10, double m11) {
        double dx = db * m00 + dc * m01;
        double dy = db * m10 + dc * m11;
        planes[at] = (float) dx;
        planes[at + 1] = (float) dy;
        planes[at + 2] = (float) (q - dx * column[a] - dy * row[a]);
    }

    /** Visits the samples inside a triangle: draws it, or without a number counts those not yet stamped. */
    private long scan(int a, int b, int c, int triangle) {
        int swap;
        if (row[b] < row[a]) {
            swap = a;
            a = b;
            b = swap;
        }
        if (row[c] < row[a]) {
            swap = a;
            a = c;
            c = swap;
        }
        if (row[c] < row[b]) {
            swap = b;
            b = c;
            c = swap;
        }
        int first = Math.max(0, (int) Math.ceil(row[a] - 0.5));
        int last = Math.min(rows, (int) Math.ceil(row[c] - 0.5));
        int middle = Math.max(first, Math.min(last, (int) Math.ceil(row[b] - 0.5)));
        double slopeLong = slope(a, c);
        long counted = span(a, slopeLong, a, slope(a, b), first, middle, triangle);
        return counted + span(a, slopeLong, b, slope(b, c), middle, last, triangle);
    }

    private double slope(int from, int to) {
        return ((double) column[to] - column[from]) / ((double) row[to] - row[from]);
    }

    private long span(int a, double slopeA, int b, double slopeB, int first, int last, int triangle) {
        long counted = 0;
        for (int j = first; j < last; j++) {
            double middle = j + 0.5;
            int edgeA = (int) Math.ceil(column[a] + (middle - row[a]) * slopeA - 0.5);
            int edgeB = (int) Math.ceil(column[b] + (middle - row[b]) * slopeB - 0.5);
            int from = Math.max(0, Math.min(edgeA, edgeB));
            int to = Math.min(columns, Math.max(edgeA, edgeB));
            int at = j * columns;
            if (triangle == NOTHING) {
                for (int i = at + from; i < at + to; i++) {
                    if (stamp[i] != stamps) {
                        stamp[i] = stamps;
                        counted++;
                    }
                }
            } else {
                int p = PLANES * triangle;
                float dx = planes[p];
                float w = (float) (dx * (from + 0.5) + planes[p + 1] * middle + planes[p + 2]);
                for (int k = 0, i = at + from; i < at + to; i++, k++) {
                    float here = w + k * dx; // not summed up: steps that wait for each other take longer
                    if (here > inverseDepth[i]) {
                        inverseDepth[i] = here;
                        visible[i] = triangle;
                    }
                }
            }
        }
        return counted;
    }

    /** Colour of a pixel whose samples see different triangles: each is computed once, where its samples are. */
    private int mixed(int a, int b, int c, int d, int x0, int y0, int background) {
        if (a >= 0
                && b >= 0
                && c >= 0
                && d >= 0
                && facet[a] == facet[b]
                && facet[c] == facet[d]
                && facet[a] == facet[c]) {
            return shade(a, x0, y0, 4, background);
        }
        int[] seen = corner;
        seen[0] = a;
        seen[1] = b;
        seen[2] = c;
        seen[3] = d;
        int redSum = 2;
        int greenSum = 2;
        int blueSum = 2;
        int done = 0;
        for (int s = 0; s < 4; s++) {
            if (((done >> s) & 1) != 0) {
                continue;
            }
            int count = 0;
            float dx = 0;
            float dy = 0;
            for (int k = s; k < 4; k++) {
                if (seen[k] == seen[s]) {
                    done |= 1 << k;
                    count++;
                    dx += (k & 1) - 0.5f;
                    dy += (k >> 1) - 0.5f;
                }
            }
            int colour = shade(seen[s], x0 + dx / count, y0 + dy / count, count, background);
            redSum += count * (colour >> 16);
            greenSum += count * ((colour >> 8) & 255);
            blueSum += count * (colour & 255);
        }
        return ((redSum >> 2) << 16) | ((greenSum >> 2) << 8) | (blueSum >> 2);
    }

    private int shade(int triangle, float sx, float sy, int samples, int background) {
        if (triangle == NOTHING) {
            return background;
        }
        int mesh = triangleMesh[triangle];
        samplesOfMesh[mesh] += samples;
        float[] p = planes;
        int at = PLANES * triangle;
        float depth = 1 / (p[at] * sx + p[at + 1] * sy + p[at + 2]);
        int r = fixed((p[at + 9] * sx + p[at + 10] * sy + p[at + 11]) * depth);
        int g = fixed((p[at + 12] * sx + p[at + 13] * sy + p[at + 14]) * depth);
        int b = fixed((p[at + 15] * sx + p[at + 16] * sy + p[at + 17]) * depth);
        int texel = texel(textures[mesh], at, sx, sy, depth);
        int outRed = Math.min(255, ((texel >> 16) * r) >> 8);
        int outGreen = Math.min(255, (((texel >> 8) & 255) * g) >> 8);
        int outBlue = Math.min(255, ((texel & 255) * b) >> 8);
        return (outRed << 16) | (outGreen << 8) | outBlue;
    }

    private static int fixed(float factor) {
        return (int) (Math.min(Math.max(factor, 0), 16) * 256);
    }

    private int texel(Texture texture, int at, float sx, float sy, float depth) {
        int level = level(texture, at, sx, sy);
        int[] texels = texture.level(level);
        int wb = texture.widthBits() - level;
        int maskX = (1 << wb) - 1;
        int maskY = (1 << (texture.heightBits() - level)) - 1;
        float[] p = planes;
        int fx = (int) ((p[at + 3] * sx + p[at + 4] * sy + p[at + 5]) * depth * 256 * (maskX + 1)) - 128;
        int fy = (int) ((p[at + 6] * sx + p[at + 7] * sy + p[at + 8]) * depth * 256 * (maskY + 1)) - 128;
        int x0 = (fx >> 8) & maskX;
        int x1 = (x0 + 1) & maskX;
        int y0 = ((fy >> 8) & maskY) << wb;
        int y1 = (((fy >> 8) + 1) & maskY) << wb;
        int top = blend(texels[y0 + x0], texels[y0 + x1], fx & 255);
        return blend(top, blend(texels[y1 + x0], texels[y1 + x1], fx & 255), fy & 255);
    }

    /** The level of a texture's pyramid whose texels are about as large as the pixel. */
    private int level(Texture texture, int at, float sx, float sy) {
        float[] p = planes;
        float depth = 1 / (p[at] * sx + p[at + 1] * sy + p[at + 2]);
        float tu = (p[at + 3] * sx + p[at + 4] * sy + p[at + 5]) * depth;
        float tv = (p[at + 6] * sx + p[at + 7] * sy + p[at + 8]) * depth;
        float wide = 1 << texture.widthBits();
        float high = 1 << texture.heightBits();
        // texels per pixel: derivatives of u and v, two samples being one pixel
        float ux = (p[at + 3] - tu * p[at]) * wide;
        float uy = (p[at + 4] - tu * p[at + 1]) * wide;
        float vx = (p[at + 6] - tv * p[at]) * high;
        float vy = (p[at + 7] - tv * p[at + 1]) * high;
        float spread = (ux * ux + uy * uy + vx * vx + vy * vy) * depth * depth * 2;
        int exponent = (Float.floatToRawIntBits(spread) >> 23) - 127;
        return Math.min(Math.max((exponent + 1) >> 1, 0), texture.levels() - 1);
    }

    /** Between two colours, 256ths from p to q; red and blue go through one multiplication. */
    private static int blend(int p, int q, int f) {
        int redBlue = ((p & 0xff00ff) * (256 - f) + (q & 0xff00ff) * f) >>> 8;
        int green = ((p & 0xff00) * (256 - f) + (q & 0xff00) * f) >>> 8;
        return (redBlue & 0xff00ff) | (green & 0xff00);
    }
}
