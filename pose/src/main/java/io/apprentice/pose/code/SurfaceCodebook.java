package io.apprentice.pose.code;

import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.SurfaceSpread;
import io.apprentice.pose.object.TriangleMesh;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.WeakHashMap;
import java.util.stream.IntStream;

/**
 * The codes of an object's surface points. The surface is split in two halves of equal area, each of these again, and so on; bit b
 * of a code says in which half of level b a point lies. So the first bits of two near points are mostly equal, and a code of which
 * only the first bits are known still names a part of the surface.
 *
 * <p>Parts are numbered as in a binary heap: 1 is the whole surface, {@code 2 i} and {@code 2 i + 1} are the halves of part i, and
 * the parts from {@code 2^bits} on are the finest. A plane separates the halves of a part, so the code of any point is found by as
 * many comparisons as it has bits. The same mesh and number of bits give the same codebook on every machine. Symmetries are not
 * its business: as with keypoints, the pose that counts is the canonical one of those that look the same.
 *
 * @see "Su et al., ZebraPose, CVPR 2022, arXiv:2203.09418"
 */
public final class SurfaceCodebook {

    /** Fewest bits of a code. */
    public static final int FEWEST_BITS = 8;
    /** Most bits of a code. */
    public static final int MOST_BITS = 16;

    private static final int FORMAT = 0x434f_4401;
    private static final int SEED = 1;
    /** Points of the surface for each of the finest parts; at least as many as for {@link #LEAST_BITS}. */
    private static final int POINTS_A_PART = 8;

    private static final int LEAST_BITS = 12;
    /** Codebooks of the meshes in use, by their bits; one takes up to some seconds. */
    private static final Map<TriangleMesh, Map<Integer, SurfaceCodebook>> MADE = new WeakHashMap<>();

    private final int bits;
    private final float[] planes;
    private final float[] centres;
    private final float[] spreads;

    private SurfaceCodebook(int bits) {
        if (bits < FEWEST_BITS || bits > MOST_BITS) {
            throw new IllegalArgumentException(
                    "code bits: expected %d to %d, got %d".formatted(FEWEST_BITS, MOST_BITS, bits));
        }
        this.bits = bits;
        planes = new float[4 << bits];
        centres = new float[6 << bits];
        spreads = new float[2 << bits];
    }

    /**
     * The codebook of a mesh; made once while the mesh is in use. Thread-safe.
     *
     * @param bits of a code, 8 to 16
     * @throws IllegalArgumentException if the bits are out of range, or the mesh has no area
     */
    public static SurfaceCodebook of(TriangleMesh mesh, int bits) {
        synchronized (MADE) {
            return MADE.computeIfAbsent(mesh, key -> new HashMap<>()).computeIfAbsent(bits, key -> make(mesh, bits));
        }
    }

    private static SurfaceCodebook make(TriangleMesh mesh, int bits) {
        SurfaceCodebook made = new SurfaceCodebook(bits);
        int count = POINTS_A_PART << Math.max(bits, LEAST_BITS);
        double[] points = SurfaceSpread.points(mesh, count);
        int[] order = IntStream.range(0, count).toArray();
        Halving halving = new Halving(points, order);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int part = 1; part < 2 << bits; part++) {
            int depth = depth(part);
            int each = count >> depth;
            int from = (part - (1 << depth)) * each;
            made.describe(part, points, order, from, from + each);
            if (depth < bits) {
                halving.split(from, from + each, random, made.planes, 4 * part);
            }
        }
        return made;
    }

    private void describe(int part, double[] points, int[] order, int from, int to) {
        double[] mean = Halving.mean(points, order, from, to);
        double squares = 0;
        for (int i = from; i < to; i++) {
            squares += squaredDistance(points, 3 * order[i], mean);
        }
        for (int axis = 0; axis < 3; axis++) {
            centres[3 * part + axis] = (float) mean[axis];
        }
        spreads[part] = (float) Math.sqrt(squares / (to - from));
    }

    static double squaredDistance(double[] points, int at, double[] other) {
        double x = points[at] - other[0];
        double y = points[at + 1] - other[1];
        double z = points[at + 2] - other[2];
        return x * x + y * y + z * z;
    }

    /** Bits of a code. */
    public int bits() {
        return bits;
    }

    /**
     * The code of a surface point, its first bit the highest.
     *
     * @param x object frame, metres; y and z likewise
     */
    public int code(double x, double y, double z) {
        int part = 1;
        while (part < 1 << bits) {
            int p = 4 * part;
            boolean above = planes[p] * x + planes[p + 1] * y + planes[p + 2] * z > planes[p + 3];
            part = 2 * part + (above ? 1 : 0);
        }
        return part - (1 << bits);
    }

    /** The finest part that a code names. */
    public int part(int code) {
        return (1 << bits) + code;
    }

    /** How many bits name a part; 0 for the whole surface. */
    public static int depth(int part) {
        return 31 - Integer.numberOfLeadingZeros(part);
    }

    /** Mean of a part's points, object frame, metres. */
    public Vec3 centre(int part) {
        return new Vec3(centres[3 * part], centres[3 * part + 1], centres[3 * part + 2]);
    }

    /** Root mean square distance of a part's points from its centre, metres. */
    public double spread(int part) {
        return spreads[part];
    }

    /** Hash of the codes, hexadecimal. */
    public String sha256() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(toBytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * The content of a file {@code NAME.codes}, big-endian: "COD" and 1, the number of bits (int); then, each in the order of the
     * parts from part 0, which is unused: the planes (4 floats each, normal and offset; the parts that are split), the centres (3
     * floats each), the spreads (1 float each).
     */
    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(8 + Float.BYTES * (planes.length + centres.length + spreads.length));
        bytes.putInt(FORMAT).putInt(bits);
        for (float[] values : new float[][] {planes, centres, spreads}) {
            bytes.asFloatBuffer().put(values);
            bytes.position(bytes.position() + Float.BYTES * values.length);
        }
        return bytes.array();
    }

    /** Writes {@link #toBytes()}. */
    public void write(Path file) throws IOException {
        Files.write(file, toBytes());
    }
}
