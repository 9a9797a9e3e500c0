package io.apprentice.recordings.calibration;

import java.io.IOException;
import java.util.Set;

/** Which lens models OpenCV's coefficients k1 k2 p1 p2 k3 ... can express, by the names that files give them. */
final class LensModel {

    private static final Set<String> OPENCV = Set.of(
            "pinhole",
            "perspective",
            "plumbbob",
            "radtan",
            "radialtangential",
            "radialtangential5",
            "radialtangential8",
            "rational",
            "rationalpolynomial",
            "brownconrady",
            "brown",
            "opencv",
            "standard",
            "thinprism",
            "tilted");
    private static final Set<String> NONE = Set.of("none", "nodistortion", "rectified", "ideal");
    private static final Set<String> WIDE =
            Set.of("fov", "ds", "mei", "equi", "kb", "kb4", "kb8", "atan", "ucm", "division");
    private static final String WIDE_PARTS =
            ".*(fisheye|equidistant|kannala|ftheta|omni|unified|eucm|doublesphere|scaramuzza|stereographic|equisolid|panoram).*";

    private LensModel() {}

    /**
     * Checks a model's name.
     *
     * @param path the member that holds it
     * @param model as the file calls it
     * @param distorts whether a coefficient is not 0
     * @return whether the name is known; if not, it may as well be the name of a camera
     * @throws IOException if coefficients of this model would be misread
     */
    static boolean check(String path, String model, boolean distorts) throws IOException {
        String name = Names.plain(model).replaceFirst("^(rs2)?distortion", "");
        if (WIDE.contains(name) || name.matches(WIDE_PARTS)) {
            throw wide("%s '%s'".formatted(path, model));
        }
        boolean none = NONE.contains(name);
        if (distorts && none) {
            throw new IOException("%s is '%s', but there are coefficients that are not 0; expected one or the other"
                    .formatted(path, model));
        }
        if (distorts && name.matches("(inverse|modified)brownconrady")) {
            throw new IOException(("%s '%s' is not OpenCV's, and RealSense's own versions disagree on it; expected"
                            + " coefficients of 'Brown Conrady', or all 0 for pictures that need none:"
                            + " calibrate with OpenCV or ROS")
                    .formatted(path, model));
        }
        boolean known = none || OPENCV.contains(name) || name.endsWith("brownconrady");
        if (distorts && !known) {
            throw new IOException(
                    "%s '%s' is not known; expected plumb_bob, rational_polynomial, radtan,".formatted(path, model)
                            + " Brown Conrady, OPENCV or none, whose coefficients are k1 k2 p1 p2 k3 ...");
        }
        return known;
    }

    /** Why a fisheye camera is refused. */
    static IOException wide(String what) {
        return new IOException(
                what + ": this lens model is not supported; expected a pinhole camera with OpenCV's k1 k2 p1"
                        + " p2 k3 ... Undistort the pictures first (OpenCV: fisheye::undistortImage) and give the matrix that"
                        + " this used, without coefficients");
    }
}
