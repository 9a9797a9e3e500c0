package io.apprentice.ingest;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.ImageHeader;
import io.apprentice.recordings.bop.BopImage;
import io.apprentice.recordings.bop.BopScene;
import io.apprentice.recordings.calibration.CameraCalibration;
import io.apprentice.scene.TruePose;
import io.apprentice.schemas.ImageEncoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Frames that lie in image files; their bytes are passed on unchanged. */
final class ImageSource implements Camera {

    private static final double FRAMES_PER_SECOND = 30; // files do not say
    private static final long MOST_BYTES = 256L << 20;

    private interface Calibration {
        CameraIntrinsics of(int width, int height) throws IOException;
    }

    private record Entry(Path file, Calibration calibration, List<TruePose> truth) {}

    private final Iterator<Entry> entries;

    private ImageSource(Stream<Entry> entries) {
        this.entries = entries.toList().iterator();
    }

    /**
     * The JPEG and PNG files of a folder in the order of their names; {@code camera.json} among them holds the intrinsics.
     *
     * @throws IOException if the folder is missing or holds no readable image, or the intrinsics are not for the first
     */
    static ImageSource openFolder(Path folder, IntrinsicsChoice choice) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("images " + folder + ": no such folder; expected one with JPEG or PNG files");
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(ImageSource::isImage).sorted().toList();
        }
        if (files.isEmpty()) {
            throw new IOException("images " + folder + ": no images; expected *.jpg, *.jpeg or *.png");
        }
        Calibration calibration =
                (width, height) -> choice.find(Stream.of(folder.resolve("camera.json")), width, height);
        ImageHeader first = firstReadable(folder, files);
        calibration.of(first.width(), first.height());
        return new ImageSource(files.stream().map(file -> new Entry(file, calibration, List.of())));
    }

    private static ImageHeader firstReadable(Path folder, List<Path> files) throws IOException {
        IOException problem = null;
        for (Path file : files) {
            try {
                return ImageHeader.of(read(file));
            } catch (IOException e) {
                problem = e;
            }
        }
        throw new IOException(
                "images %s: none of %d can be read: %s"
                        .formatted(folder, files.size(), problem == null ? "" : problem.getMessage()),
                problem);
    }

    private static byte[] read(Path file) throws IOException {
        long size = Files.size(file);
        if (size > MOST_BYTES) {
            throw new IOException("%s: %d bytes, expected at most %d".formatted(file, size, MOST_BYTES));
        }
        return Files.readAllBytes(file);
    }

    /**
     * The images of a BOP scene with its intrinsics and true poses.
     *
     * @throws IOException if the scene is missing or broken
     */
    static ImageSource openScene(Path directory, ObjectNames configured) throws IOException {
        List<BopImage> images = BopScene.read(directory).images();
        ObjectNames names = configured.among(images.stream().flatMap(image -> image.truth().stream()));
        return new ImageSource(images.stream()
                .map(image -> new Entry(
                        image.file(),
                        (width, height) -> CameraCalibration.plausible(image.intrinsics(width, height)),
                        names.poses(image.truth()))));
    }

    private static boolean isImage(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT).matches("[^.].*\\.(jpg|jpeg|png)");
    }

    @Override
    public double framesPerSecond() {
        return FRAMES_PER_SECOND;
    }

    @Override
    public boolean isLive() {
        return false;
    }

    @Override
    public Capture next() {
        if (!entries.hasNext()) {
            return new Capture.End();
        }
        Entry entry = entries.next();
        try {
            byte[] bytes = read(entry.file());
            ImageHeader header = ImageHeader.of(bytes);
            return new Capture.Image(
                    ImageEncoding.valueOf(header.format()),
                    bytes,
                    entry.calibration().of(header.width(), header.height()),
                    entry.truth());
        } catch (IOException | IllegalArgumentException e) { // the latter: a header that claims no pixels
            return new Capture.Unreadable(entry.file() + ": " + e.getMessage());
        }
    }

    @Override
    public void close() {}
}
