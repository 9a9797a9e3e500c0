package io.apprentice.scene.render;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.TriangleMesh;

/**
 * Draws triangle meshes on the CPU, with smooth edges, perspective-correct textures and light per vertex. Distortion of the
 * camera is not rendered.
 *
 * <p>Use: {@link #begin}, {@link #draw} for each mesh, then {@link #resolve}; the other methods report what was drawn.
 * Buffers are kept between pictures. Not thread-safe.
 */
public final class Renderer {
    /*
     * How a picture is made
     * =====================
     * 1. Vertices    takes a mesh into the camera frame and projects it; Illumination gives each vertex its colour.
     * 2. Renderer    clips each triangle at the near plane. Other planes need no clipping: spans end at the border.
     * 3. Triangles   keeps the triangle as planes of 1/z, u/z, v/z and colour/z, which are linear over the picture.
     * 4. Rasteriser  writes the triangle into Samples wherever its 1/z is the largest so far.
     * 5. Shader      computes the colours at the end; SurfaceMap reads where an object is seen.
     *
     * Shading comes last. Samples hold only the nearest triangle and its inverse depth, so a hidden surface costs no more
     * than its depth test. There are 2 x 2 samples per pixel, but a colour is computed once per pixel and visible triangle.
     * Edges are smooth because their pixels average over triangles by the number of samples.
     *
     * Pieces. A row of samples is cut into pieces of 32. A piece that one triangle covers is kept as the triangle's number
     * and coloured as a whole; its samples are written only if somebody asks for them. A piece that is nearer as a whole
     * hides another triangle by one comparison.
     *
     * Runs. Texture coordinates and light are computed at both ends of a run of at most 64 pixels, with perspective, and
     * change evenly in between. A run ends where that would be wrong by more than an eighth of a pixel. Runs only fetch
     * texels; ShadedRow then mixes and lights those of a whole row.
     *
     * Shadows are a grid of their own, read every 16 pixels of a run: a flat mesh needs no small triangles to show them.
     *
     * Scanlines, not edge functions. Two triangles that share an edge compute the end of their spans by the same arithmetic
     * from the same two vertices, so no sample between them is lost or drawn twice. The silhouette counts samples by the
     * same spans, so it can be compared with the count of visible samples.
     *
     * Facets. Two triangles in one plane that continue one texture (a quad, the grid of a table) are coloured as one. A
     * triangle is compared only with the one drawn before it.
     *
     * Sample coordinates run over the grid of samples: those of pixel 0 lie at 0.5 and 1.5, and its centre at 1.
     *
     * The order and the types (float or double) of the arithmetic decide the last bit of each picture. Training runs with
     * equal seeds give equal weights only while pictures stay equal to the bit.
     */

    /** The number of what belongs to no object. */
    public static final int NO_OBJECT = -1;

    private static final float NEAR = Vertices.NEAR;

    private final int width;
    private final int height;
    private final Samples samples;
    private final Vertices vertices = new Vertices();
    private final Triangles triangles;
    private final Meshes meshes = new Meshes();
    private final Rasteriser rasteriser;
    private final Shader shader;
    private final SurfaceMap surfaceMap;

    private int[] pixels = {};
    private CameraIntrinsics intrinsics;
    private Se3 worldToCamera = Se3.IDENTITY;
    private Illumination illumination;

    /** A renderer for pictures of one size, pixels. */
    public Renderer(int width, int height) {
        if (width < 1 || height < 1 || (long) width * height > 50_000_000) {
            throw new IllegalArgumentException("renderer: expected 1 to 50 megapixels, got " + width + " x " + height);
        }
        this.width = width;
        this.height = height;
        samples = new Samples(width, height);
        triangles = new Triangles(samples.columns, samples.rows);
        rasteriser = new Rasteriser(samples);
        shader = new Shader(samples, triangles, meshes);
        surfaceMap = new SurfaceMap(samples, triangles, meshes);
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
        illumination = Illumination.of(light, worldToCamera);
        vertices.begin(intrinsics);
        samples.clear();
        triangles.clear();
        meshes.clear();
    }

    /** Draws a mesh in its own colours, matt and without shadows. */
    public void draw(TriangleMesh mesh, Se3 meshToWorld, int object) {
        draw(mesh, meshToWorld, Material.PLAIN, object);
    }

    /** Draws a mesh without shadows. */
    public void draw(TriangleMesh mesh, Se3 meshToWorld, Material material, int object) {
        draw(mesh, meshToWorld, material, Shadows.NONE, object);
    }

    /**
     * Draws a mesh.
     *
     * @param shadows what falls on the mesh, which must be flat with normals along its z, or {@link Shadows#NONE}
     * @param object the number of the object for {@link #visibleSamples}, {@link #mark} and {@link #surface}, or
     *     {@link #NO_OBJECT}
     */
    public void draw(TriangleMesh mesh, Se3 meshToWorld, Material material, Shadows shadows, int object) {
        Se3 meshToCamera = worldToCamera.times(meshToWorld);
        if (outside(mesh.radius(), meshToCamera.translation())) {
            return;
        }
        int number = meshes.add(mesh.texture(), shadows, illumination.darkest(meshToWorld.rotation()), object);
        vertices.place(mesh, meshToCamera);
        illumination.light(vertices, mesh, meshToCamera.rotation(), material);
        float[] z = vertices.z;
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
        rasteriser.beginSilhouette();
        vertices.place(mesh, worldToCamera.times(meshToWorld));
        float[] z = vertices.z;
        int[] corners = mesh.triangles();
        long covered = 0;
        for (int t = 0; t < corners.length; t += 3) {
            int a = corners[t];
            int b = corners[t + 1];
            int c = corners[t + 2];
            if (z[a] >= NEAR
                    && z[b] >= NEAR
                    && z[c] >= NEAR
                    && !(mesh.oneSided() && Triangles.area(vertices, a, b, c) >= 0)) {
                covered += rasteriser.cover(vertices, a, b, c);
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
        if (pixels.length == 0) {
            pixels = new int[width * height];
        }
        resolve(pixels, background);
        PackedPixels.write(pixels, rgb, 0);
    }

    /**
     * Computes the colours.
     *
     * @param pixels receives {@code width * height} colours, 0xRRGGBB
     * @param background the same, where nothing was drawn
     */
    public void resolve(int[] pixels, int background) {
        shader.resolve(pixels, background);
    }

    /** Number of samples (four per pixel) in which an object is seen; after {@link #resolve}. */
    public long visibleSamples(int object) {
        return meshes.samplesOf(object);
    }

    /** Depth at the middle of a pixel's samples, metres along the camera's z; infinite where nothing was drawn. */
    public double depth(int px, int py) {
        return surfaceMap.depth(px, py);
    }

    /**
     * Marks where an object is seen, in pixels of the mask that are still 0.
     *
     * @param mask {@code width * height} bytes; those that are 0 become {@code mark} where at least half a pixel shows the
     *     object
     */
    public void mark(int object, byte mark, byte[] mask) {
        surfaceMap.mark(object, mark, mask);
    }

    /**
     * Computes where an object is seen, and which point of its surface.
     *
     * @param objectToWorld as drawn
     * @param mask receives {@code width * height} bytes: 1 where at least half a pixel shows the object, else 0
     * @param surface receives {@code 3 * width * height} numbers: planes x, y, z in the object frame, metres; NaN where
     *     the mask is 0
     */
    public void surface(int object, Se3 objectToWorld, byte[] mask, float[] surface) {
        Se3 cameraToObject = worldToCamera.times(objectToWorld).inverse();
        surfaceMap.surface(object, cameraToObject, intrinsics, mask, surface);
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

    private void clipToOne(int in, int out1, int out2, int free, int number, boolean oneSided) {
        vertices.cut(in, out1, free);
        vertices.cut(in, out2, free + 1);
        add(in, free, free + 1, number, oneSided);
    }

    private void clipToTwo(int in1, int in2, int out, int free, int number, boolean oneSided) {
        vertices.cut(in2, out, free);
        vertices.cut(in1, out, free + 1);
        add(in1, in2, free, number, oneSided);
        add(in1, free, free + 1, number, oneSided);
    }

    private void add(int a, int b, int c, int number, boolean oneSided) {
        int triangle = triangles.add(vertices, a, b, c, number, oneSided);
        if (triangle != Samples.NOTHING) {
            rasteriser.draw(vertices, a, b, c, triangles.planes, triangle);
        }
    }
}
