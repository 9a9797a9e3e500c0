package io.apprentice.recordings.calibration;

import io.apprentice.recordings.calibration.Members.Member;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What the same things are called, in lower case, letters and digits only. */
final class Names {

    /** OpenCV's coefficients in OpenCV's order. */
    static final List<String> COEFFICIENTS =
            List.of("k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6", "s1", "s2", "s3", "s4", "taux", "tauy");

    static final Set<String> MATRIX = Set.of(
            "k",
            "camk",
            "mtx",
            "cameramatrix",
            "cammatrix",
            "matrix",
            "kmatrix",
            "matrixk",
            "intrinsicmatrix",
            "intrinsicsmatrix",
            "cameraintrinsicmatrix",
            "calibrationmatrix",
            "intrinsics",
            "intrinsic",
            "cameraintrinsics");

    static final Set<String> DISTORTION = Set.of(
            "d",
            "kc",
            "dist",
            "distortion",
            "coeffs",
            "coefs",
            "coefficients",
            "distcoeffs",
            "distcoeff",
            "distcoefs",
            "distcoef",
            "distcoefficients",
            "distortioncoeffs",
            "distortioncoeff",
            "distortioncoefs",
            "distortioncoef",
            "distortioncoefficients",
            "distortioncoefficient",
            "distortionparameters",
            "distortionparams",
            "distortionvector",
            "lensdistortion");

    static final Set<String> MODEL = Set.of(
            "model",
            "distortionmodel",
            "distortiontype",
            "lensmodel",
            "cameramodel",
            "cameratype",
            "projectionmodel",
            "type");

    static final Set<String> FISHEYE_FLAG = Set.of("fisheye", "fisheyemodel", "isfisheye", "usefisheye");

    private static final Map<String, List<String>> NUMBERS = Map.ofEntries(
            Map.entry("fx", List.of("fx")),
            Map.entry("fu", List.of("fx")),
            Map.entry("focallengthx", List.of("fx")),
            Map.entry("focalx", List.of("fx")),
            Map.entry("fy", List.of("fy")),
            Map.entry("fv", List.of("fy")),
            Map.entry("focallengthy", List.of("fy")),
            Map.entry("focaly", List.of("fy")),
            Map.entry("f", List.of("fx", "fy")),
            Map.entry("fc", List.of("fx", "fy")),
            Map.entry("focal", List.of("fx", "fy")),
            Map.entry("focallength", List.of("fx", "fy")),
            Map.entry("cx", List.of("cx")),
            Map.entry("ppx", List.of("cx")),
            Map.entry("u0", List.of("cx")),
            Map.entry("principalpointx", List.of("cx")),
            Map.entry("cy", List.of("cy")),
            Map.entry("ppy", List.of("cy")),
            Map.entry("v0", List.of("cy")),
            Map.entry("principalpointy", List.of("cy")),
            Map.entry("cc", List.of("cx", "cy")),
            Map.entry("pp", List.of("cx", "cy")),
            Map.entry("principalpoint", List.of("cx", "cy")),
            Map.entry("w", List.of("width")),
            Map.entry("width", List.of("width")),
            Map.entry("imagewidth", List.of("width")),
            Map.entry("imgwidth", List.of("width")),
            Map.entry("h", List.of("height")),
            Map.entry("height", List.of("height")),
            Map.entry("imageheight", List.of("height")),
            Map.entry("imgheight", List.of("height")),
            Map.entry("size", List.of("width", "height")),
            Map.entry("imagesize", List.of("width", "height")),
            Map.entry("imgsize", List.of("width", "height")),
            Map.entry("resolution", List.of("width", "height")),
            Map.entry("imageresolution", List.of("width", "height")));

    private static final Set<String> GROUP = Set.of(
            "camera", "calibration", "cameracalibration", "parameters", "params", "cameraparameters", "image", "lens");

    private Names() {}

    /** A name without its case, dashes and dots; a leading {@code Camera.} (ORB-SLAM) goes. */
    static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceFirst("^camera1?\\.", "").replaceAll("[^a-z0-9]", "");
    }

    /** What a member that is a number, or a short list of them, tells: one name a number; empty for others. */
    static List<String> told(Member member) {
        List<String> told = NUMBERS.getOrDefault(member.name(), List.of());
        return told.isEmpty() && COEFFICIENTS.contains(member.name()) && Values.isScalar(member.value())
                ? List.of(member.name())
                : told;
    }

    static boolean isMatrix(Member member) {
        return MATRIX.contains(member.name()) && !Values.isScalar(member.value());
    }

    static boolean isGroup(String name) {
        return GROUP.contains(name) || MATRIX.contains(name) || DISTORTION.contains(name) || NUMBERS.containsKey(name);
    }

    static boolean tellsFocalLength(Member member) {
        return isMatrix(member) || told(member).contains("fx");
    }
}
