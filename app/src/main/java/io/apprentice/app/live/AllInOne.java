package io.apprentice.app.live;

import io.apprentice.app.terminal.StopSignal;
import io.apprentice.app.terminal.Terminal;
import io.apprentice.console.ConsoleService;
import io.apprentice.ingest.IngestService;
import io.apprentice.lab.UserError;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.teacher.PoseTeacher;
import io.apprentice.streaming.service.Service;
import io.apprentice.teacher.TeacherSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The all-in-one run behind {@code apprentice up}. */
public final class AllInOne {
    /** The teacher's, the student's in training and the student's in use. */
    private static final int NETWORKS = 3;

    private AllInOne() {}

    /**
     * Runs everything in this process until the end; see {@link LiveRun}.
     *
     * @param limit how long, counted from the start of the cameras
     * @param kind of networks that the settings do not name
     * @param fitFor how long to fit networks first, if none knows the objects
     * @param report takes the figures as soon as they are final, while the services are still up
     * @param stop completed by whoever wants the run to end early
     * @throws IOException if a file that the settings name is missing or unreadable
     * @throws UserError if something else is wrong
     * @throws Exception if a server or service cannot be started or closed
     */
    public static void run(
            ApprenticeSettings settings,
            Optional<Duration> limit,
            Networks.Kind kind,
            Duration fitFor,
            Terminal terminal,
            Consumer<Summary> report,
            CompletableFuture<Void> stop)
            throws Exception {
        Map<String, String> objects = ObjectChoice.of(settings);
        List<ObjectModel> models = ObjectChoice.load(objects);
        IngestService.check(settings.ingest(), objects);
        terminal.line("objects   " + String.join(", ", objects.keySet()));
        TeacherSource source = settings.teacher().source();
        Optional<PoseTeacher> poses = PoseTeachers.open(source, objects);
        if (source.kind() != TeacherSource.Kind.NETWORK) {
            terminal.line("teacher   " + source);
        }
        Networks networks = Networks.findOrFit(settings, models, kind, fitFor, terminal, stop);
        // after fitting, which has all cores to itself: from now on three networks share them
        TorchRuntime.useThreads(Math.max(1, Runtime.getRuntime().availableProcessors() / NETWORKS));
        try (Infrastructure infrastructure = Infrastructure.start(settings, terminal);
                Services services =
                        StopSignal.unlessStopped(stop, () -> new Services(infrastructure.settings(), objects, models));
                RunningInstance here = infrastructure.announce(services.metricsUrl());
                Monitor monitor = new Monitor(services.context(), models);
                LiveRun run = new LiveRun(
                        services.ingest(),
                        others(services, networks, poses, settings.console().enabled(), terminal),
                        monitor,
                        models.size(),
                        terminal,
                        stop)) {
            terminal.line("metrics   " + here.http());
            report.accept(Summary.of(run.untilEnd(limit), List.copyOf(objects.keySet())));
        }
    }

    private static List<Service> others(
            Services services, Networks networks, Optional<PoseTeacher> poses, boolean withConsole, Terminal terminal)
            throws IOException {
        List<Service> others = new ArrayList<>(List.of(services.trainer(networks.student())));
        networks.teacher().map(services::teacher).ifPresent(others::add);
        poses.map(services::teacher).ifPresent(others::add);
        others.add(services.inference());
        if (withConsole) {
            ConsoleService console = services.console();
            others.add(console);
            terminal.line("console   " + console.url());
        }
        return others;
    }
}
