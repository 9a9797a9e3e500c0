package io.apprentice.app.doctor;

import io.apprentice.app.doctor.Cameras.Looked;
import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.app.live.ObjectChoice;
import io.apprentice.app.terminal.Failures;
import io.apprentice.ingest.CameraCheck;
import io.apprentice.ingest.CameraSpec;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.network.TorchRuntime.DeviceChoice;
import io.apprentice.pose.object.ObjectModel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks at all that {@code up} would run with some settings. What may have to wait, such as a camera or a broker, is asked at
 * the same time as the others, and given up after a while. One failure hides no other.
 */
public final class Doctor {

    /** For what others have to answer; they give up after 5 s where they can. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    /** Libraries are unpacked at their first use. */
    private static final Duration PATIENCE_WITH_MACHINE = Duration.ofSeconds(60);

    private final ApprenticeSettings settings;
    private final long start = System.nanoTime();

    private Doctor(ApprenticeSettings settings) {
        this.settings = settings;
    }

    /**
     * What was found, in the order in which it is to be read.
     *
     * @param device where networks are meant to run
     */
    public static List<Finding> examine(ApprenticeSettings settings, DeviceChoice device) {
        return new Doctor(settings).examine(device);
    }

    private List<Finding> examine(DeviceChoice device) {
        CompletableFuture<List<Finding>> machine = start(() -> Machine.look(device));
        CompletableFuture<List<Finding>> disk = start(() -> Disk.look(settings));
        CompletableFuture<Finding> registry = start(() -> Cluster.registry(settings));
        Map<String, String> specs;
        Optional<Finding> noObjects = Optional.empty();
        try {
            specs = ObjectChoice.of(settings);
        } catch (IOException | RuntimeException e) {
            specs = settings.objects();
            noObjects = Optional.of(Finding.toDo("objects", "cannot be found", Map.of(), Failures.explain(e)));
        }
        Map<String, String> objects = specs;
        Map<CameraSpec, CompletableFuture<Looked>> opened = new LinkedHashMap<>();
        for (CameraSpec spec : settings.ingest().cameras()) {
            opened.put(spec, start(() -> Cameras.look(spec, settings.ingest(), objects)));
        }
        CompletableFuture<List<Finding>> broker =
                start(() -> Cluster.broker(settings, () -> largestPicture(opened.values())));

        List<Finding> findings = new ArrayList<>();
        findings.addAll(result(machine, "networks", "libtorch", PATIENCE_WITH_MACHINE));
        findings.addAll(result(disk, "disk", "folders", PATIENCE));
        findings.addAll(result(broker, "broker", "broker and topics", PATIENCE));
        findings.addAll(result(
                registry.thenApply(List::of), "registry", settings.registry().url(), PATIENCE));
        Map<String, CameraIntrinsics> pictures = new TreeMap<>();
        opened.forEach((spec, look) -> {
            findings.addAll(result(look.thenApply(l -> List.of(l.finding())), "camera", spec.toString(), PATIENCE));
            if (look.isDone() && !look.isCompletedExceptionally()) {
                look.join().check().ifPresent(check -> pictures.put(spec.id(), check.intrinsics()));
            }
        });
        noObjects.ifPresent(findings::add);
        List<ObjectModel> models = new ArrayList<>();
        new TreeMap<>(objects).forEach((id, spec) -> {
            Objects.Looked looked = Objects.look(id, spec, pictures);
            findings.add(looked.finding());
            looked.model().ifPresent(models::add);
        });
        if (models.size() == objects.size() && !models.isEmpty()) {
            findings.addAll(NetworkFiles.look(settings, models));
        }
        return findings;
    }

    private static int largestPicture(Iterable<CompletableFuture<Looked>> cameras) {
        int largest = 0;
        for (CompletableFuture<Looked> camera : cameras) {
            largest = Math.max(
                    largest,
                    camera.join().check().map(CameraCheck::largestBytes).orElse(0));
        }
        return largest;
    }

    private List<Finding> result(CompletableFuture<List<Finding>> look, String what, String name, Duration patience) {
        try {
            return look.get(Math.max(0, start + patience.toNanos() - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return List.of(Finding.toDo(
                    what,
                    name,
                    Map.of(),
                    "no answer after %d s; see that it runs and can be reached".formatted(patience.toSeconds())));
        } catch (Exception e) {
            return List.of(Finding.toDo(what, name, Map.of(), Failures.explain(e)));
        }
    }

    private static <T> CompletableFuture<T> start(Callable<T> look) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(look.call());
                    } catch (Throwable e) { // a library that does not load is an Error, and a finding
                        result.completeExceptionally(e);
                    }
                },
                "doctor");
        thread.setDaemon(true);
        thread.start();
        return result;
    }
}
