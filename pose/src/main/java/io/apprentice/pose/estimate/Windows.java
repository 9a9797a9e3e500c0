package io.apprentice.pose.estimate;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Where to look for an object of which nothing is known: the whole frame, and overlapping squares of a half and of a quarter of
 * its longer side. A network reads objects of a third to nine tenths of what it is shown, so one from a twelfth of the frame to
 * all of it is read in one of them.
 */
final class Windows {

    private static final int SCALES = 3;
    private static final double OVERLAP = 0.25;
    /** Smaller windows in a turn; more find sooner, and make a frame late. */
    private static final int MOST_IN_A_TURN = 7;

    private Windows() {}

    /**
     * Maps from the frame to crops of {@code cropSize} pixels; the whole frame first.
     *
     * @param turn if present, of the smaller windows only a part, another each turn
     */
    static List<Affine2> of(CameraIntrinsics camera, int cropSize, OptionalInt turn) {
        List<Affine2> smaller = smaller(camera, cropSize);
        List<Affine2> windows = new ArrayList<>();
        windows.add(Regions.wholeFrame(camera, cropSize));
        int parts = turn.isEmpty() ? 1 : (smaller.size() + MOST_IN_A_TURN - 1) / MOST_IN_A_TURN;
        int part = Math.floorMod(turn.orElse(0), parts);
        for (int i = part; i < smaller.size(); i += parts) {
            windows.add(smaller.get(i));
        }
        return windows;
    }

    private static List<Affine2> smaller(CameraIntrinsics camera, int cropSize) {
        List<Affine2> windows = new ArrayList<>();
        for (int scale = 1; scale < SCALES; scale++) {
            double side = Math.max(camera.width(), camera.height()) / (double) (1 << scale);
            for (double y : centres(camera.height(), side)) {
                for (double x : centres(camera.width(), side)) {
                    windows.add(Affine2.squareCrop(x, y, side, cropSize));
                }
            }
        }
        return windows;
    }

    /** Of squares that cover a length and overlap by at least a share of their side. */
    private static double[] centres(int length, double side) {
        int count = 1 + (int) Math.ceil(Math.max(0, length - side) / ((1 - OVERLAP) * side) - 1e-9);
        double[] centres = new double[count];
        for (int i = 0; i < count; i++) {
            centres[i] = (count == 1 ? length / 2.0 : side / 2 + (length - side) * i / (count - 1)) - 0.5;
        }
        return centres;
    }
}
