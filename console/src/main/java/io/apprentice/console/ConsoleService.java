package io.apprentice.console;

import io.apprentice.console.gateway.PoseGateway;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.streaming.kafka.TopicAdmin;
import io.apprentice.streaming.service.Health;
import io.apprentice.streaming.service.Service;
import io.apprentice.streaming.service.ServiceContext;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the page. It only reads topics, but for what a person asks for. Memory is bounded, whatever runs for how long. */
public final class ConsoleService implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleService.class);

    private final ServiceContext context;
    private final ConsoleServer server;
    private final TopicWatch watch;
    private final Requests requests;
    private final PoseGateway gateway;
    private final CompletableFuture<Void> termination = new CompletableFuture<>();
    private final Thread starter = new Thread(this::run, "console-start");
    private volatile boolean ready;

    /**
     * Listens at once; nothing is read before {@link #start()}.
     *
     * @param objects whose poses the topic has
     * @throws IOException if the port is in use or the file of tokens is unusable, naming the key
     */
    public ConsoleService(ServiceContext context, ConsoleSettings settings, List<ObjectModel> objects)
            throws IOException {
        this.context = context;
        Gallery gallery = new Gallery(Math.max(1, objects.size()), System.currentTimeMillis() * 1000);
        Curves curves = new Curves();
        Overview overview = new Overview();
        Versions versions = new Versions();
        Directions directions = new Directions();
        DeadLetterList letters = new DeadLetterList();
        watch = new TopicWatch(context, gallery, curves, overview, versions, directions, letters);
        requests = new Requests(context, overview, versions);
        gateway = new PoseGateway(
                context,
                settings.gateway(),
                objects.stream().map(ObjectModel::id).collect(Collectors.toSet()));
        server = new ConsoleServer(
                settings,
                new ConsoleServer.Rooms(gallery, curves, overview, versions, directions, letters),
                requests,
                ObjectShapes.of(objects),
                gateway);
        starter.setDaemon(true);
    }

    /** The address of the page. */
    public String url() {
        return server.url();
    }

    /** The paths that the document of the interface describes. */
    Set<String> apis() {
        return server.apis();
    }

    @Override
    public String name() {
        return "console";
    }

    @Override
    public void start() {
        starter.start();
    }

    private void run() {
        try {
            TopicAdmin.ensure(context.kafka(), context.topics().settings(), TopicWatch.TOPICS);
            watch.start();
            gateway.start();
            ready = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed while waiting
        } catch (RuntimeException e) {
            LOG.error("The console cannot start: {}", e.getMessage(), e);
            termination.completeExceptionally(e);
        }
    }

    @Override
    public Health health() {
        if (termination.isDone()) {
            return new Health(false, false, "stopped");
        }
        return new Health(true, ready, ready ? "at " + url() : "waiting for its topics");
    }

    @Override
    public CompletableFuture<Void> termination() {
        return termination;
    }

    @Override
    public void close() {
        starter.interrupt();
        server.close();
        watch.close();
        gateway.close();
        requests.close();
        termination.complete(null);
    }
}
