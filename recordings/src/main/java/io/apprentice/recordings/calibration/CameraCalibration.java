package io.apprentice.recordings.calibration;

import io.apprentice.pose.geometry.CameraIntrinsics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a calibration file says of a camera. {@code docs/cameras.md} shows the formats.
 *
 * @param intrinsics the camera, pixels, origin at the centre of the top-left pixel
 * @param notes what a user should know: members that were not used, numbers that look odd; each one sentence
 */
public record CameraCalibration(CameraIntrinsics intrinsics, List<String> notes) {

    private static final long MOST_BYTES = 32L << 20;

    /** Copies the list. */
    public CameraCalibration {
        notes = List.copyOf(notes);
    }

    /**
     * Reads a file of any format that is known.
     *
     * @param file the calibration
     * @param width width of the camera's pictures, pixels
     * @param height height of the camera's pictures, pixels
     * @throws IOException if the file is missing, of no known format or for pictures of another size, if its lens model is
     *     not supported, or if its numbers cannot be right; the message names the file and what was expected
     */
    public static CameraCalibration read(Path file, int width, int height) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": no such file; expected " + CalibrationFormats.EXPECTED);
        }
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException("%s: %d bytes; expected a text of at most %d bytes: %s"
                    .formatted(file, Files.size(file), MOST_BYTES, CalibrationFormats.EXPECTED));
        }
        try {
            return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8), width, height);
        } catch (IOException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * The camera itself if its numbers can be right.
     *
     * @throws IOException naming the number that cannot, and what was expected
     */
    public static CameraIntrinsics plausible(CameraIntrinsics camera) throws IOException {
        return Plausible.checked(camera, true);
    }

    static CameraCalibration parse(String text, int width, int height) throws IOException {
        List<Candidate> candidates = Candidate.among(CalibrationFormats.documents(text));
        List<CameraMembers> cameras = new ArrayList<>();
        for (Candidate candidate : candidates) {
            cameras.add(new CameraMembers(candidate));
        }
        List<CameraMembers> fitting =
                cameras.stream().filter(camera -> camera.fits(width, height)).toList();
        if (fitting.isEmpty()) {
            throw cameras.get(0).otherSize(width, height);
        }
        CameraCalibration first = fitting.get(0).read(width, height);
        for (CameraMembers other : fitting) {
            if (!other.read(width, height).intrinsics().equals(first.intrinsics())) {
                throw new IOException(
                        "%d different cameras of %dx%d pictures (%s); expected one: keep the one that is meant"
                                .formatted(
                                        fitting.size(),
                                        width,
                                        height,
                                        String.join(
                                                ", ",
                                                fitting.stream()
                                                        .map(CameraMembers::label)
                                                        .distinct()
                                                        .toList())));
            }
        }
        List<String> notes = new ArrayList<>(first.notes());
        if (fitting.size() < cameras.size()) {
            notes.add("takes %s of its %d cameras, the one of %dx%d pictures"
                    .formatted(fitting.get(0).label(), cameras.size(), width, height));
        }
        return new CameraCalibration(first.intrinsics(), notes);
    }
}
