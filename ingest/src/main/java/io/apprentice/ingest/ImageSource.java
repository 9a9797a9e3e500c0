package io.apprentice.ingest;

import io.apprentice.pose.image.ImageHeader;
import io.apprentice.recordings.bop.BopImage;
import io.apprentice.recordings.bop.BopScene;
import io.apprentice.recordings.calibration.CameraCalibration;
import io.apprentice.scene.TruePose;
import io.apprentice.schemas.RecordedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Frames that lie in image files. Pictures of a BOP scene are not turned: its intrinsics and poses belong to its pixels. */
final class ImageSource implements Camera {

    private static final Logger LOG = LoggerFactory.getLogger(ImageSource.class);

    private static final double FRAMES_PER_SECOND = 30; // files do not say
    private static final long MOST_BYTES = 256L << 20;

    private static final String READ = "(jpg|jpeg|jpe|jfif|png)";
    private static final String NOT_READ = "(bmp|gif|tif|tiff|webp|heic|heif|avif|jp2|ppm|pgm|exr|raw|dng)";

    private record Entry(
            Path file,
            CompressedPictures.Calibration calibration,
            List<TruePose> truth,
            Optional<RecordedImage> recorded) {}

    private final Iterator<Entry> entries;
    private final CompressedPictures pictures;

    private ImageSource(Stream<Entry> entries, CompressedPictures pictures) {
        this.entries = entries.toList().iterator();
        this.pictures = pictures;
    }

    /**
     * The JPEG and PNG files of a folder in the natural order of their names; {@code camera.json} among them holds the
     * intrinsics.
     *
     * @throws IOException if the folder is missing or holds no readable image, or the intrinsics are not for the first
     */
    static ImageSource openFolder(Path folder, IntrinsicsChoice choice, ImageSettings settings) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("images " + folder + ": no such folder; expected one with JPEG or PNG files");
        }
        List<Path> files;
        List<Path> others;
        try (Stream<Path> all = Files.list(folder)) {
            Map<Boolean, List<Path>> images = all.filter(file -> matches(file, "(%s|%s)".formatted(READ, NOT_READ)))
                    .sorted(new NaturalOrder())
                    .collect(Collectors.partitioningBy(file -> matches(file, READ)));
            files = images.get(true);
            others = images.get(false);
        }
        if (files.isEmpty()) {
            throw new IOException("images " + folder + ": no images; expected *.jpg, *.jpeg or *.png");
        }
        if (!others.isEmpty()) {
            LOG.warn(
                    "images {}: {} files such as {} are not used; expected JPEG or PNG",
                    folder,
                    others.size(),
                    others.get(0).getFileName());
        }
        CompressedPictures.Calibration calibration =
                (width, height) -> choice.find(Stream.of(folder.resolve("camera.json")), width, height);
        CompressedPictures pictures = new CompressedPictures("images " + folder, Optional.of(settings));
        ImageHeader first = pictures.header(firstReadable(folder, files));
        calibration.of(first.width(), first.height());
        return new ImageSource(
                files.stream().map(file -> new Entry(file, calibration, List.of(), Optional.empty())), pictures);
    }

    private static byte[] firstReadable(Path folder, List<Path> files) throws IOException {
        IOException problem = null;
        for (Path file : files) {
            try {
                byte[] bytes = read(file);
                ImageHeader.of(bytes);
                return bytes;
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
        BopScene scene = BopScene.read(directory);
        List<BopImage> images = scene.images();
        ObjectNames names = configured.among(images.stream().flatMap(image -> image.truth().stream()));
        return new ImageSource(
                images.stream()
                        .map(image -> new Entry(
                                image.file(),
                                (width, height) -> CameraCalibration.plausible(image.intrinsics(width, height)),
                                names.poses(image.truth()),
                                scene.number().map(number -> new RecordedImage(number, image.number())))),
                new CompressedPictures("bop " + directory, Optional.empty()));
    }

    private static boolean matches(Path file, String endings) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT).matches("[^.].*\\." + endings);
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
            return new Capture.End("");
        }
        Entry entry = entries.next();
        try {
            String name = entry.file().getFileName().toString();
            return pictures.image(name, read(entry.file()), entry.calibration(), entry.truth())
                    .of(entry.recorded());
        } catch (IOException | IllegalArgumentException e) { // the latter: a header that claims no pixels
            return new Capture.Unreadable(entry.file() + ": " + e.getMessage());
        }
    }

    @Override
    public void close() {}
}
