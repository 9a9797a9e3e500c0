package io.apprentice.pose.loss;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.prediction.CellGrid;
import java.util.List;

/**
 * Distance between the viewing rays of a cell's votes and the true keypoints, in object diameters: the mean over a
 * cell's 24 coordinates, summed over positive cells.
 *
 * <pre>
 * Xhat = b (b.X)/(b.b),  b = K^-1 (x, y, 1),  X = R P + t
 * L = sum over cells of mean h(50 (Xhat - X)/diameter)/50,  h(z) = z^2/2 for |z| below 1, else |z| - 1/2
 * </pre>
 *
 * @see "maths/wdrnet-maths.md section 4"
 */
public final class ObjectSpaceLoss {

    private static final double SHARPNESS = 50;

    private final double[] keypointsInCamera;
    private final double diameter;
    private final Affine2 cropToFrame;
    private final CameraIntrinsics camera;

    /**
     * A loss for one object in one crop.
     *
     * @param keypoints in the object frame; same unit as the pose's translation and {@code diameter}
     */
    public ObjectSpaceLoss(
            List<Vec3> keypoints, double diameter, Se3 objectToCamera, CameraIntrinsics camera, Affine2 frameToCrop) {
        this(inCamera(keypoints, objectToCamera), diameter, camera, frameToCrop);
    }

    /** A loss with the keypoints in the camera frame, 3 n. */
    ObjectSpaceLoss(double[] keypointsInCamera, double diameter, CameraIntrinsics camera, Affine2 frameToCrop) {
        this.keypointsInCamera = keypointsInCamera;
        this.diameter = diameter;
        this.camera = camera;
        cropToFrame = frameToCrop.inverse();
    }

    private static double[] inCamera(List<Vec3> keypoints, Se3 objectToCamera) {
        double[] xyz = new double[3 * keypoints.size()];
        for (int k = 0; k < keypoints.size(); k++) {
            Vec3 point = objectToCamera.transform(keypoints.get(k));
            xyz[3 * k] = point.x();
            xyz[3 * k + 1] = point.y();
            xyz[3 * k + 2] = point.z();
        }
        return xyz;
    }

    /**
     * The loss of one cell; its gradient times {@code weight} is added to {@code gradient}.
     *
     * @param votes the cell's block of votes from {@code at}: x of the keypoints, then y, in anchors from the cell's centre
     * @param gradient same layout and offset as {@code votes}; added to
     */
    public double addTo(CellGrid grid, int cell, float[] votes, int at, double weight, float[] gradient) {
        double[] t = new double[2 * keypointsInCamera.length / 3];
        for (int i = 0; i < t.length; i++) {
            t[i] = votes[at + i];
        }
        double[] byVotes = new double[t.length];
        double loss = of(grid, cell, t, byVotes);
        for (int i = 0; i < t.length; i++) {
            gradient[at + i] += (float) (weight * byVotes[i]);
        }
        return loss;
    }

    /** The loss of one cell's block of votes; {@code gradient} is overwritten. */
    double of(CellGrid grid, int cell, double[] votes, double[] gradient) {
        int n = keypointsInCamera.length / 3;
        double anchor = grid.anchor(cell);
        double centreX = grid.centreX(cell);
        double centreY = grid.centreY(cell);
        double scale = anchor / (3 * n * diameter);
        double loss = 0;
        for (int k = 0; k < n; k++) {
            double u = votes[k] * anchor + centreX;
            double v = votes[n + k] * anchor + centreY;
            double bx = (cropToFrame.u(u, v) - camera.cx()) / camera.fx();
            double by = (cropToFrame.v(u, v) - camera.cy()) / camera.fy();
            double x = keypointsInCamera[3 * k];
            double y = keypointsInCamera[3 * k + 1];
            double z = keypointsInCamera[3 * k + 2];
            double bb = bx * bx + by * by + 1;
            double t = (bx * x + by * y + z) / bb;
            double rx = residual(bx * t - x);
            double ry = residual(by * t - y);
            double rz = residual(t - z);
            loss += huber(rx) + huber(ry) + huber(rz);
            // with g the gradient by Xhat: d/db = g t + (g.b)(X - 2 t b)/(b.b)
            double gx = clip(rx);
            double gy = clip(ry);
            double gb = (gx * bx + gy * by + clip(rz)) / bb;
            double dbx = scale * (gx * t + gb * (x - 2 * t * bx)) / camera.fx();
            double dby = scale * (gy * t + gb * (y - 2 * t * by)) / camera.fy();
            gradient[k] = dbx * cropToFrame.a() + dby * cropToFrame.d();
            gradient[n + k] = dbx * cropToFrame.b() + dby * cropToFrame.e();
        }
        return loss / (3 * n * SHARPNESS);
    }

    private double residual(double difference) {
        return SHARPNESS * difference / diameter;
    }

    private static double huber(double z) {
        double magnitude = Math.abs(z);
        return magnitude < 1 ? z * z / 2 : magnitude - 0.5;
    }

    private static double clip(double z) {
        return Math.min(Math.max(z, -1), 1);
    }
}
