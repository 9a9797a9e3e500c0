package io.apprentice.app.live;

import io.apprentice.console.ConsoleService;
import io.apprentice.inference.InferenceService;
import io.apprentice.ingest.IngestService;
import io.apprentice.lab.UserError;
import io.apprentice.pose.network.NativeLibraries;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.teacher.PoseTeacher;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.kafka.TopicAdmin;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.service.ClusterWatch;
import io.apprentice.streaming.service.HttpEndpoint;
import io.apprentice.streaming.service.Service;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.teacher.TeacherService;
import io.apprentice.teacher.TeacherSource;
import io.apprentice.trainer.TrainerService;
import io.apprentice.wire.StudentSigner;
import io.apprentice.wire.StudentVerifier;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Makes the services of one process, and serves their health and metrics. The caller closes each service. */
public final class Services implements AutoCloseable {
    private final ApprenticeSettings settings;
    private final Map<String, String> objects;
    private final List<ObjectModel> models;
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<Service> made = new CopyOnWriteArrayList<>();
    private final ServiceContext context;
    private final ClusterWatch cluster;
    private final HttpEndpoint http;

    /**
     * Waits for broker, topics and registry.
     *
     * @param objects id to specification; {@code models} are the same, read
     * @throws LinkageError if OpenCV or FFmpeg does not load
     * @throws IOException if the port for health and metrics is in use
     */
    public Services(ApprenticeSettings settings, Map<String, String> objects, List<ObjectModel> models)
            throws IOException, InterruptedException {
        this.settings = settings;
        this.objects = Map.copyOf(objects);
        this.models = List.copyOf(models);
        NativeLibraries.load();
        http = HttpEndpoint.start(settings.http(), made, metrics);
        try {
            Topics topics = new Topics(settings.topics());
            TopicAdmin.ensure(settings.kafka(), settings.topics(), List.of(Topic.values()));
            AvroCodecs codecs = AvroCodecs.connect(
                    settings.registry(),
                    topics,
                    Home.work().resolve("schemas"),
                    TopicAdmin.clusterId(settings.kafka()));
            context = new ServiceContext(settings.kafka(), topics, codecs, metrics);
            cluster = new ClusterWatch(settings.kafka(), topics);
        } catch (InterruptedException | RuntimeException e) {
            http.close();
            throw e;
        }
        cluster.start();
        new ProcessorMetrics().bindTo(metrics);
        new JvmMemoryMetrics().bindTo(metrics);
        Gauge.builder("apprentice.memory.resident", Services::residentBytes)
                .description("Memory that the process occupies, native libraries included")
                .baseUnit("bytes")
                .register(metrics);
    }

    /** NaN where there is no such file. */
    private static double residentBytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> 1024 * Double.parseDouble(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    /** For commands that read the topics and run no service. */
    public static ServiceContext readingContext(ApprenticeSettings settings) throws InterruptedException {
        Topics topics = new Topics(settings.topics());
        return new ServiceContext(
                settings.kafka(), topics, AvroCodecs.connect(settings.registry(), topics), new SimpleMeterRegistry());
    }

    public ServiceContext context() {
        return context;
    }

    /** Whether Kafka is there; ends where topics are deleted. */
    ClusterWatch cluster() {
        return cluster;
    }

    /** Where health, readiness and metrics are served. */
    public String metricsUrl() {
        return "http://%s:%d".formatted(settings.http().host(), http.port());
    }

    /**
     * The cameras.
     *
     * @throws IOException if a camera cannot be opened
     */
    public IngestService ingest() throws IOException {
        return noted(new IngestService(context, settings.ingest(), objects));
    }

    /**
     * The teacher that the settings name.
     *
     * @throws IOException if a file of it is missing or broken
     * @throws UserError if it is external, or no network knows the objects
     */
    public Service teacher() throws IOException {
        TeacherSource source = settings.teacher().source();
        if (source.kind() == TeacherSource.Kind.EXTERNAL) {
            throw new UserError("--teacher external: that is a program of yours; there is nothing to run here");
        }
        Optional<PoseTeacher> poses = PoseTeachers.open(source, objects);
        return poses.isPresent()
                ? teacher(poses.get())
                : teacher(Networks.require(
                        Networks.Role.TEACHER, settings.teacher().weights(), models));
    }

    Service teacher(NetworkWeights weights) {
        return noted(new TeacherService(context, settings.teacher(), models, weights));
    }

    Service teacher(PoseTeacher teacher) {
        return noted(new TeacherService(context, settings.teacher(), models, teacher));
    }

    public Service trainer(NetworkWeights start) {
        return noted(new TrainerService(
                context,
                settings.student(),
                models,
                start,
                StudentSigner.of(settings.models().signing())));
    }

    public Service inference() {
        return noted(new InferenceService(
                context,
                settings.inference(),
                models,
                StudentVerifier.of(settings.models().signing())));
    }

    /**
     * The page.
     *
     * @throws IOException if its port is in use
     */
    public ConsoleService console() throws IOException {
        return noted(new ConsoleService(context, settings.console(), models));
    }

    private <S extends Service> S noted(S service) {
        made.addAll(made.isEmpty() ? List.of(cluster, service) : List.of(service));
        return service;
    }

    @Override
    public void close() {
        cluster.close();
        http.close();
        metrics.close();
    }
}
