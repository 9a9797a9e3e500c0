package io.apprentice.pose.estimate;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Where to look for an object that is too small for a look at the whole frame: overlapping squares of a half and of a quarter of
 * its longer side. A network reads objects of a third to nine tenths of what it is shown, so one from a twelfth to nearly a half
 * of the frame is read in one of them.
 */
final class Windows {

    /** Of the frame's longer side, what is read in the smallest of them and in the frame as a whole. */
    static final double SMALLEST = 1 / 12.0;

    private static final int HALVINGS = 2;
    private static final double OVERLAP = 0.25;
    /** More find sooner, and make a frame late. */
    private static final int MOST_IN_A_TURN = 7;

    private Windows() {}

    /**
     * Maps from the frame to crops of {@code cropSize} pixels.
     *
     * @param turn if present, only a part of them, another each turn
     */
    static List<Affine2> of(CameraIntrinsics camera, int cropSize, OptionalInt turn) {
        List<Affine2> windows = all(camera, cropSize);
        int parts = turn.isEmpty() ? 1 : (windows.size() + MOST_IN_A_TURN - 1) / MOST_IN_A_TURN;
        int part = Math.floorMod(turn.orElse(0), parts);
        return IntStream.range(0, windows.size())
                .filter(i -> i % parts == part)
                .mapToObj(windows::get)
                .toList();
    }

    private static List<Affine2> all(CameraIntrinsics camera, int cropSize) {
        List<Affine2> windows = new ArrayList<>();
        for (int halvings = 1; halvings <= HALVINGS; halvings++) {
            double side = Math.max(camera.width(), camera.height()) / (double) (1 << halvings);
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
