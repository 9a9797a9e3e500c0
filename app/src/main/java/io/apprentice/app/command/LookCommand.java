package io.apprentice.app.command;

import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.app.live.Networks;
import io.apprentice.app.live.ObjectChoice;
import io.apprentice.ingest.CameraCheck;
import io.apprentice.ingest.CameraSpec;
import io.apprentice.lab.ObjectNetworks;
import io.apprentice.lab.UserError;
import io.apprentice.lab.look.LookPicture;
import io.apprentice.lab.look.Sighting;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.network.NativeLibraries;
import io.apprentice.pose.object.ObjectModel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice look}. */
@Command(
        name = "look",
        description = {
            "Takes one picture of a camera and draws what teacher and student see in it;",
            "says why an object is not found. The first check of a new camera. Starts nothing."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:teacher or student found an object",
            "1:nothing was found, or something failed; the reason is printed",
            "2:wrong usage or a wrong setting"
        },
        versionProvider = Version.class)
public final class LookCommand implements Callable<Integer> {
    @Mixin
    private RunOptions run;

    @Option(names = "--frame", paramLabel = "N", description = "Which picture, counted from 0. Default: 0.")
    private int frame;

    @Option(names = "--out", paramLabel = "FILE", description = "The drawing (PNG). Default: look.png.")
    private Path out = Path.of("look.png");

    @Override
    public Integer call() throws IOException {
        ApprenticeSettings settings = run.settings();
        List<CameraSpec> cameras = settings.ingest().cameras();
        if (cameras.size() != 1) {
            throw new UserError("look expected one --camera, got " + cameras.size());
        }
        if (frame < 0) {
            throw new UserError("--frame expected 0 or more, got " + frame);
        }
        NativeLibraries.load();
        Map<String, String> specs = ObjectChoice.of(settings);
        List<ObjectModel> objects = ObjectChoice.load(specs);
        CameraSpec spec = cameras.get(0);
        CameraCheck.Snapshot shot = CameraCheck.snapshot(spec, settings.ingest(), specs, frame);
        CameraIntrinsics camera = shot.intrinsics();
        String title = String.format(
                Locale.ROOT,
                "%s, picture %d: %dx%d, fx %.0f (%.0f degrees across)%s",
                spec.id(),
                frame,
                camera.width(),
                camera.height(),
                camera.fx(),
                Math.toDegrees(2 * Math.atan(camera.width() / (2 * camera.fx()))),
                shot.assumed() ? ", INTRINSICS ASSUMED" : "");
        System.out.println("camera    " + title);
        shot.notes().forEach(note -> System.out.println("          " + note));
        List<Sighting> sightings = new ArrayList<>();
        see(Networks.Role.TEACHER, settings.teacher().weights(), objects, shot).ifPresent(sightings::add);
        see(Networks.Role.STUDENT, settings.student().weights(), objects, shot).ifPresent(sightings::add);
        sightings.forEach(sighting -> sighting.lines(objects, camera).forEach(System.out::println));
        if (sightings.isEmpty()) {
            sightings.add(Sighting.ofNobody(objects));
        }
        write(LookPicture.of(title, shot.image(), camera, sightings, objects));
        return sightings.stream().anyMatch(Sighting::foundSomething) ? 0 : 1;
    }

    private static Optional<Sighting> see(
            Networks.Role role, Path named, List<ObjectModel> objects, CameraCheck.Snapshot shot) throws IOException {
        Optional<Path> file = Networks.find(role, named, objects);
        if (file.isEmpty()) {
            System.out.printf(
                    "%-9s none knows %s yet: 'apprentice up' fits one first, 'apprentice fit' a better one%n",
                    role.lowerCase(), objects.stream().map(ObjectModel::id).toList());
            return Optional.empty();
        }
        return Optional.of(Sighting.of(
                role.lowerCase(), ObjectNetworks.read(file.get(), objects), objects, shot.image(), shot.intrinsics()));
    }

    private void write(BufferedImage picture) throws IOException {
        Path folder = out.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw new UserError("--out " + out + ": expected a file in a folder that exists");
        }
        ImageIO.write(picture, "png", out.toFile());
        System.out.println("drawn     " + out);
    }
}
