package io.apprentice.app.live;

import io.apprentice.app.terminal.Terminal;
import io.apprentice.lab.ObjectNetworks;
import io.apprentice.lab.Progress;
import io.apprentice.lab.UserError;
import io.apprentice.lab.fit.FitJob;
import io.apprentice.learning.fit.FitSettings;
import io.apprentice.learning.fit.Recipe;
import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.CropSettings;
import io.apprentice.teacher.TeacherSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two networks of a run.
 *
 * @param teacher labels the frames; empty if no network of ours does
 * @param student what training starts from
 */
public record Networks(Optional<NetworkWeights> teacher, NetworkWeights student) {
    private static final Logger LOG = LoggerFactory.getLogger(Networks.class);
    private static final int FIT_BATCH = 16;
    private static final int FIT_CROP = 128;
    private static final long FIT_SEED = 1;
    /** The networks that fits start from: they have learnt many made objects, so that a new one need not learn what an edge is. */
    private static final String START = "start";
    /** The student is fitted for this share of the time, so that it has something left to learn. */
    private static final double STUDENT_SHARE = 0.15;

    /** Bits of the codes of a dense network that is fitted here. */
    private static final int FIT_BITS = 12;

    /** What the cells of both networks say. */
    public enum Kind {
        /** Votes for keypoints. */
        VOTES(0, ""),
        /** Codes of surface points. */
        DENSE(FIT_BITS, "dense-");

        private final int codeBits;
        private final String prefix;

        Kind(int codeBits, String prefix) {
            this.codeBits = codeBits;
            this.prefix = prefix;
        }
    }

    /** Whose network it is, and what is fitted where none is known. */
    public enum Role {
        TEACHER(Backbone.DARKNET_TINY, 128, 0.002),
        STUDENT(Backbone.DARKNET_TINY_H, 64, 0.002);

        private final Backbone backbone;
        private final int pyramidWidth;
        private final double learningRate;

        Role(Backbone backbone, int pyramidWidth, double learningRate) {
            this.backbone = backbone;
            this.pyramidWidth = pyramidWidth;
            this.learningRate = learningRate;
        }

        /** As in messages and file names. */
        public String lowerCase() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Reads both networks, or the student alone if no network teaches. Where none is known for the objects, it fits one on
     * rendered crops first, keeps it for the next time, and reports that.
     *
     * @param kind of the networks that are looked for or fitted; files that the settings name may be of another
     * @param fitFor how long both fits may take together for each object
     * @throws IOException if a file is missing or not a network
     * @throws UserError if a network knows other objects, or fitting was interrupted
     */
    static Networks findOrFit(
            ApprenticeSettings settings,
            List<ObjectModel> objects,
            Kind kind,
            Duration fitFor,
            Terminal terminal,
            CompletableFuture<Void> stop)
            throws IOException {
        boolean taught = settings.teacher().source().kind() == TeacherSource.Kind.NETWORK;
        Optional<Path> teacher = find(Role.TEACHER, kind, settings.teacher().weights(), objects);
        Optional<Path> student = find(Role.STUDENT, kind, settings.student().weights(), objects);
        Duration all = fitFor.multipliedBy(objects.size());
        if (taught && teacher.isEmpty() || student.isEmpty()) {
            terminal.line(
                    "no network knows %s yet: fitting on rendered pictures for %s first%s (--fit-for changes that)"
                            .formatted(
                                    ids(objects),
                                    Progress.clock(all),
                                    objects.size() == 1 ? "" : ", %s for each".formatted(Progress.clock(fitFor))));
        }
        double share = taught ? STUDENT_SHARE : 1;
        return new Networks(
                taught
                        ? Optional.of(
                                readOrFit(Role.TEACHER, kind, teacher, objects, scaled(all, 1 - share), terminal, stop))
                        : Optional.empty(),
                readOrFit(Role.STUDENT, kind, student, objects, scaled(all, share), terminal, stop));
    }

    /**
     * Reads the network of a role.
     *
     * @throws UserError if there is none for these objects
     */
    public static NetworkWeights require(Role role, Path named, List<ObjectModel> objects) throws IOException {
        Path file = find(role, named, objects)
                .orElseThrow(() -> new UserError(
                        "no %s knows %s yet: expected --weights FILE; 'apprentice fit' makes one, 'apprentice up' does so by itself"
                                .formatted(role.lowerCase(), ids(objects))));
        return ObjectNetworks.read(file, objects);
    }

    /**
     * The file of a network: the one that the settings name, else the one that comes with the project for these objects,
     * unless it was fitted on others of that name, else the one that was fitted here before.
     *
     * @throws IOException if a file that comes with the project is not a network
     */
    public static Optional<Path> find(Role role, Path named, List<ObjectModel> objects) throws IOException {
        return find(role, Kind.VOTES, named, objects);
    }

    private static Optional<Path> find(Role role, Kind kind, Path named, List<ObjectModel> objects) throws IOException {
        if (!named.toString().isEmpty()) {
            return Optional.of(named);
        }
        Path shipped = shipped(role, kind, key(objects));
        if (Files.isRegularFile(shipped)) {
            Optional<String> unlike = ObjectNetworks.unlike(NetworkWeights.read(shipped), objects);
            if (unlike.isEmpty()) {
                return Optional.of(shipped);
            }
            LOG.warn("{} is not used: {}", shipped, unlike.get());
        }
        return Optional.of(fitted(role, kind, objects)).filter(Files::isRegularFile);
    }

    private static Path shipped(Role role, Kind kind, String key) {
        return Home.models().resolve("%s%s-%s.safetensors".formatted(kind.prefix, role.lowerCase(), key));
    }

    private static NetworkWeights readOrFit(
            Role role,
            Kind kind,
            Optional<Path> known,
            List<ObjectModel> objects,
            Duration time,
            Terminal terminal,
            CompletableFuture<Void> stop)
            throws IOException {
        if (known.isPresent()) {
            terminal.line("%-9s %s".formatted(role.lowerCase(), known.get()));
            return ObjectNetworks.read(known.get(), objects);
        }
        FitSettings settings = new FitSettings(
                role.backbone,
                role.pyramidWidth,
                kind.codeBits,
                FIT_CROP,
                FIT_BATCH,
                role.learningRate,
                FIT_SEED,
                Optional.empty(),
                FitSettings.Budget.ofTime(time),
                200,
                Recipe.OURS);
        Path file = shipped(role, Kind.VOTES, START); // of which a dense network takes the backbone
        Optional<NetworkWeights> start =
                Files.isRegularFile(file) ? Optional.of(NetworkWeights.read(file)) : Optional.empty();
        CropSettings crops = new CropSettings(CropSettings.Views.SPHERE, 0.12, Optional.empty());
        NetworkWeights weights =
                new FitJob(objects, settings, crops, Optional.empty(), terminal).run(role.lowerCase(), start, stop);
        if (stop.isDone()) {
            throw new UserError("stopped while fitting; nothing was kept");
        }
        weights.write(fitted(role, kind, objects));
        terminal.line("%-9s %s (fitted)".formatted(role.lowerCase(), fitted(role, kind, objects)));
        return weights;
    }

    private static Path fitted(Role role, Kind kind, List<ObjectModel> objects) {
        return Home.work()
                .resolve("models")
                .resolve(key(objects) + "-" + fingerprint(objects))
                .resolve(kind.prefix + role.lowerCase() + ".safetensors");
    }

    private static List<String> ids(List<ObjectModel> objects) {
        return objects.stream().map(ObjectModel::id).toList();
    }

    private static Duration scaled(Duration duration, double factor) {
        return Duration.ofMillis(Math.max(1, Math.round(duration.toMillis() * factor)));
    }

    private static String key(List<ObjectModel> objects) {
        return ids(objects).stream()
                .sorted()
                .map(id -> id.replaceAll("[^A-Za-z0-9_.-]", "_"))
                .collect(Collectors.joining("+"));
    }

    /** Distinguishes meshes of the same name, and what is assumed about their symmetries. */
    private static String fingerprint(List<ObjectModel> objects) {
        int hash = 1;
        for (ObjectModel object : objects) {
            hash = 31 * hash + object.id().hashCode();
            hash = 31 * hash + Arrays.hashCode(object.mesh().positions());
            if (object.symmetries().isSymmetric()) {
                hash = 31 * hash + object.symmetries().hashCode();
            }
        }
        return String.format(Locale.ROOT, "%08x", hash);
    }
}
