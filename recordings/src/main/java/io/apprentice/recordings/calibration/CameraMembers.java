package io.apprentice.recordings.calibration;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.recordings.calibration.Members.Member;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Understands the members of one camera's description. */
final class CameraMembers {

    private static final Set<Integer> COUNTS = Set.of(0, 4, 5, 8, 12, 14);
    private static final String ALLOWED =
            "expected 0, 4, 5, 8, 12 or 14 of OpenCV's k1 k2 p1 p2 k3 k4 k5 k6 s1 s2 s3 s4 tauX"
                    + " tauY, in this order or by name";
    private static final double MOST_SKEW = 0.5; // pixels at the picture's edge

    private record Told(double value, String path) {}

    private final Candidate candidate;
    private final Members members;
    private final Map<String, Told> told = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    CameraMembers(Candidate candidate) throws IOException {
        this.candidate = candidate;
        this.members = Members.of(candidate.node());
        tellNumbers(Set.of("width", "height"));
    }

    String label() {
        return candidate.label();
    }

    /** Whether it may be for pictures of this size: it says so, or says nothing. */
    boolean fits(int width, int height) {
        return number("width", width) == width && number("height", height) == height;
    }

    private double number(String name, double otherwise) {
        return told.containsKey(name) ? told.get(name).value : otherwise;
    }

    /** The complaint of one that does not fit. */
    IOException otherSize(int width, int height) {
        double w = number("width", width);
        double h = number("height", height);
        String hint = "";
        if (w == height && h == width) {
            hint = ": width and height are swapped, or the pictures are turned";
        } else if (Math.abs(w * height - h * width) < 0.01 * w * height) {
            hint = ": if the pictures are scaled and not cropped, scale fx, fy, cx + 0.5 and cy + 0.5 by " + width / w;
        }
        return new IOException("calibrated at %.0fx%.0f, but the camera's pictures are %dx%d; expected the same size%s"
                .formatted(w, h, width, height, hint));
    }

    /** The camera, for pictures of a size that fits. */
    CameraCalibration read(int width, int height) throws IOException {
        told.clear();
        notes.clear();
        notes.addAll(candidate.notes());
        tellNumbers(null);
        List<Member> models = members.use(CameraMembers::isModel);
        List<Member> lists = members.use(member -> Names.DISTORTION.contains(member.name()) && !isModel(member));
        checkModels(models, lists);
        for (Member matrix : members.use(Names::isMatrix)) {
            tellMatrix(matrix, height);
        }
        for (Member list : lists) {
            double[] values = Values.numbers(list.path(), list.value());
            if (!COUNTS.contains(values.length)) {
                throw new IOException(
                        "%s: %d coefficients of distortion; %s".formatted(list.path(), values.length, ALLOWED));
            }
            tell(list, Names.COEFFICIENTS.subList(0, values.length), values);
        }
        checkRegion(width, height);
        checkUnused();
        for (String name : List.of("fx", "fy", "cx", "cy")) {
            if (!told.containsKey(name)) {
                throw new IOException("no %s, only %s (and %s); expected fx, fy, cx and cy in pixels, or a 3x3 matrix"
                        .formatted(name, String.join(", ", told.keySet()), Members.paths(members.unused())));
            }
        }
        boolean sizeTold = told.containsKey("width") && told.containsKey("height");
        Plausible.check(value("fx"), value("fy"), value("cx"), value("cy"), width, height, sizeTold);
        CameraIntrinsics camera =
                new CameraIntrinsics(value("fx"), value("fy"), value("cx"), value("cy"), width, height, coefficients());
        notes.addAll(Plausible.oddities(camera));
        if (!members.unused().isEmpty()) {
            notes.add("not used: " + Members.paths(members.unused()));
        }
        return new CameraCalibration(camera, notes);
    }

    private double value(String name) {
        return told.get(name).value;
    }

    /** Those of some names, or of all. */
    private void tellNumbers(Set<String> wanted) throws IOException {
        for (Member member : members.use(
                member -> Names.told(member).stream().anyMatch(name -> wanted == null || wanted.contains(name)))) {
            List<String> names = Names.told(member);
            double[] values = Values.numbers(member.path(), member.value());
            boolean square = values.length == 1 && names.equals(List.of("fx", "fy"));
            tell(member, names, square ? new double[] {values[0], values[0]} : values);
        }
    }

    private void tell(Member member, List<String> names, double... values) throws IOException {
        if (names.size() != values.length) {
            throw new IOException("%s has %d numbers; expected %d: %s"
                    .formatted(member.path(), values.length, names.size(), String.join(", ", names)));
        }
        for (int i = 0; i < values.length; i++) {
            String name = names.get(i);
            Told before = told.putIfAbsent(name, new Told(values[i], member.path()));
            if (before != null && Math.abs(before.value - values[i]) > 1e-6 * Math.max(1, Math.abs(values[i]))) {
                throw new IOException("%s is %s in %s, but %s in %s; expected one value"
                        .formatted(name, before.value, before.path, values[i], member.path()));
            }
        }
    }

    private void tellMatrix(Member matrix, int height) throws IOException {
        double[] m = Values.numbers(matrix.path(), matrix.value());
        if (m.length == 4 && matrix.name().contains("intrinsic")) { // Kalibr's
            tell(matrix, List.of("fx", "fy", "cx", "cy"), m);
            return;
        }
        if (m.length != 9) {
            throw new IOException(
                    "%s has %d numbers; expected 9: fx 0 cx 0 fy cy 0 0 1".formatted(matrix.path(), m.length));
        }
        if (m[3] != 0 || m[6] != 0 || m[7] != 0 || m[8] != 1) {
            throw new IOException("%s is %s; expected fx 0 cx, 0 fy cy, 0 0 1, row by row%s"
                    .formatted(
                            matrix.path(),
                            Arrays.toString(m),
                            m[2] == 0 && m[5] == 0 && m[6] > 0 ? " (it looks written column by column)" : ""));
        }
        double skew = Math.abs(m[1] / m[4] * height / 2);
        if (skew > MOST_SKEW) {
            throw new IOException(
                    "%s has a skew of %s; expected 0, as pixels are rectangles".formatted(matrix.path(), m[1]));
        }
        if (skew > 0) {
            notes.add("not used: the skew %s in %s, at most %.2g pixels".formatted(m[1], matrix.path(), skew));
        }
        tell(matrix, List.of("fx", "fy", "cx", "cy"), m[0], m[4], m[2], m[5]);
    }

    private static boolean isModel(Member member) {
        boolean word = member.value().isTextual() && member.value().textValue().matches("(?i)\\s*(?!(nan|inf))[a-z].*");
        return Names.MODEL.contains(member.name()) && member.value().isValueNode()
                || Names.DISTORTION.contains(member.name()) && word
                || Names.FISHEYE_FLAG.contains(member.name()) && member.value().isValueNode();
    }

    private void checkModels(List<Member> models, List<Member> lists) throws IOException {
        boolean distorts = Names.COEFFICIENTS.stream().anyMatch(name -> number(name, 0) != 0);
        for (Member list : lists) {
            for (double value : Values.numbers(list.path(), list.value())) {
                distorts |= value != 0;
            }
        }
        for (Member model : models) {
            String text = model.value().asText();
            if (!Names.FISHEYE_FLAG.contains(model.name())) {
                if (!text.isBlank() && !LensModel.check(model.path(), text, distorts)) {
                    members.notUsed(model);
                }
            } else if (!text.toLowerCase(Locale.ROOT).matches("|0(\\.0*)?|false|no")) {
                throw LensModel.wide("%s is %s".formatted(model.path(), text));
            }
        }
    }

    /** ROS's matrix is that of the full picture: a part of it, or one of joined pixels, has another. */
    private void checkRegion(int width, int height) throws IOException {
        for (Member binning : members.use(member -> member.name().matches("binning[xy]"))) {
            if (Values.numbers(binning.path(), binning.value())[0] > 1) {
                throw new IOException("%s is %s; expected 0 or 1, with the matrix of the pictures as they are"
                        .formatted(binning.path(), binning.value()));
            }
        }
        for (Member roi : members.use(
                member -> member.name().equals("roi") && member.value().isObject())) {
            boolean part = Stream.of("x_offset", "y_offset")
                            .anyMatch(name -> roi.value().path(name).asInt() != 0)
                    || !Set.of(0, width).contains(roi.value().path("width").asInt())
                    || !Set.of(0, height).contains(roi.value().path("height").asInt());
            if (part) {
                throw new IOException(
                        "%s is a part of the picture; expected all of it, with the matrix of the pictures as"
                                        .formatted(roi.path())
                                + " they are");
            }
        }
    }

    /** A coefficient under a name that is not known would change the picture: it is no member to pass over. */
    private void checkUnused() throws IOException {
        for (Member member : members.unused()) {
            boolean coefficient = member.name().matches("[kpsd]\\d+|tau.*") && Values.isScalar(member.value());
            if (coefficient || member.name().matches(".*(distort|coef).*")) {
                double[] values;
                try {
                    values = Values.numbers(member.path(), member.value());
                } catch (IOException e) {
                    continue; // no numbers: named with the others
                }
                if (Arrays.stream(values).anyMatch(value -> value != 0)) {
                    throw new IOException(
                            "'%s' is no name of distortion that is known; %s".formatted(member.path(), ALLOWED));
                }
            }
        }
    }

    /** The shortest list that says the same, as older readers know 8; empty if all are 0. */
    private List<Double> coefficients() {
        double[] values =
                Names.COEFFICIENTS.stream().mapToDouble(name -> number(name, 0)).toArray();
        int given = 0;
        int needed = 0;
        for (int i = 0; i < values.length; i++) {
            given = told.containsKey(Names.COEFFICIENTS.get(i)) ? i + 1 : given;
            needed = values[i] != 0 ? i + 1 : needed;
        }
        int least = needed == 0 ? 0 : given > 8 ? needed : given;
        int count =
                COUNTS.stream().filter(c -> c >= least).min(Integer::compare).orElseThrow();
        return Arrays.stream(values).limit(count).boxed().toList();
    }
}
