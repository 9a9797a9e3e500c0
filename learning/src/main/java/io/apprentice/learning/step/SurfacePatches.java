package io.apprentice.learning.step;

import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.TriangleMesh;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Parts of each object's surface, numbered through all objects, for the auxiliary loss "which patch does this cell
 * see". Without it the votes of an untrained network settle on their mean, since a box looks alike from 24 sides until
 * the network has learnt to tell surfaces apart.
 */
public final class SurfacePatches implements SurfaceLabels {

    private static final int CANDIDATES = 2000;

    private final List<float[]> centres = new ArrayList<>();
    private final int perObject;

    /**
     * Spreads patch centres over the surfaces by farthest-point sampling.
     *
     * @param perObject patches of each object, at least 1
     */
    public SurfacePatches(List<ObjectModel> objects, int perObject) {
        this.perObject = perObject;
        for (ObjectModel object : objects) {
            centres.add(farthestPoints(surfacePoints(object.mesh()), perObject));
        }
    }

    public int count() {
        return centres.size() * perObject;
    }

    @Override
    public int part(int classIndex, float x, float y, float z) {
        return classIndex * perObject + nearest(centres.get(classIndex), new float[] {x, y, z});
    }

    private static int nearest(float[] centres, float[] point) {
        int best = 0;
        double bestDistance = Double.POSITIVE_INFINITY;
        for (int c = 0; c < centres.length / 3; c++) {
            double distance = squaredDistance(centres, 3 * c, point, 0);
            if (distance < bestDistance) {
                bestDistance = distance;
                best = c;
            }
        }
        return best;
    }

    private static double squaredDistance(float[] a, int i, float[] b, int j) {
        double x = a[i] - b[j];
        double y = a[i + 1] - b[j + 1];
        double z = a[i + 2] - b[j + 2];
        return x * x + y * y + z * z;
    }

    /** Points drawn evenly over the area of the surface, from a fixed seed. */
    private static float[] surfacePoints(TriangleMesh mesh) {
        int[] triangles = mesh.triangles();
        double[] cumulative = new double[triangles.length / 3];
        double total = 0;
        for (int t = 0; t < cumulative.length; t++) {
            Vec3 a = vertex(mesh, triangles[3 * t]);
            Vec3 ab = vertex(mesh, triangles[3 * t + 1]).minus(a);
            Vec3 ac = vertex(mesh, triangles[3 * t + 2]).minus(a);
            total += ab.cross(ac).norm();
            cumulative[t] = total;
        }
        SplittableRandom random = new SplittableRandom(1);
        float[] points = new float[3 * CANDIDATES];
        for (int i = 0; i < CANDIDATES; i++) {
            int t = Arrays.binarySearch(cumulative, random.nextDouble() * total);
            t = Math.min(t < 0 ? -t - 1 : t, cumulative.length - 1);
            double u = Math.sqrt(random.nextDouble());
            double v = random.nextDouble();
            Vec3 a = vertex(mesh, triangles[3 * t]).times(1 - u);
            Vec3 b = vertex(mesh, triangles[3 * t + 1]).times(u * (1 - v));
            Vec3 c = vertex(mesh, triangles[3 * t + 2]).times(u * v);
            Vec3 p = a.plus(b).plus(c);
            points[3 * i] = (float) p.x();
            points[3 * i + 1] = (float) p.y();
            points[3 * i + 2] = (float) p.z();
        }
        return points;
    }

    private static Vec3 vertex(TriangleMesh mesh, int index) {
        float[] p = mesh.positions();
        return new Vec3(p[3 * index], p[3 * index + 1], p[3 * index + 2]);
    }

    private static float[] farthestPoints(float[] points, int count) {
        float[] chosen = new float[3 * count];
        double[] distance = new double[points.length / 3];
        Arrays.fill(distance, Double.POSITIVE_INFINITY);
        int next = 0;
        for (int c = 0; c < count; c++) {
            System.arraycopy(points, 3 * next, chosen, 3 * c, 3);
            int farthest = 0;
            for (int i = 0; i < distance.length; i++) {
                distance[i] = Math.min(distance[i], squaredDistance(points, 3 * i, chosen, 3 * c));
                if (distance[i] > distance[farthest]) {
                    farthest = i;
                }
            }
            next = farthest;
        }
        return chosen;
    }
}
