package io.apprentice.inference;

import io.apprentice.streaming.kafka.KafkaSettings;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the other instances of the group by a connection to each, and ends the membership of one that has died, so that
 * its partitions move at once and not when its session times out. Whatever way a member leaves the group, its open
 * transaction is ended too: readers and the next owner would wait for it otherwise.
 *
 * <p>A member is taken for dead only if it was seen alive before, its connection breaks, and its machine then says that
 * nobody listens. If that was wrong, it joins again and does its work again; nothing is lost or doubled.
 */
final class Peers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
    private static final long LOOK_SECONDS = 1;
    private static final int MOST_WATCHED = 32;
    /** Kafka Streams' names: {@code GROUP-PROCESS-StreamThread-1-consumer} has the transactional id {@code GROUP-PROCESS-1}. */
    private static final Pattern CLIENT = Pattern.compile("(.+)-StreamThread-(\\d+)-consumer");

    private final Admin admin;
    private final String group;
    private final String own;
    private final Map<String, Peer> peers = new ConcurrentHashMap<>();
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "inference-peers");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Looks for other instances from now on.
     *
     * @param own instance of this process
     */
    Peers(KafkaSettings kafka, String group, String own) {
        this.admin = Admin.create(Map.<String, Object>copyOf(kafka.properties()));
        this.group = group;
        this.own = own;
        var unused = looks.scheduleWithFixedDelay(this::look, 0, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        try {
            Map<String, List<MemberDescription>> members = members();
            if (!members.containsKey(own)) {
                return; // what the group is without this process is not known for sure
            }
            members.remove(own);
            List.copyOf(peers.keySet()).stream()
                    .filter(instance -> !members.containsKey(instance))
                    .forEach(instance -> peers.remove(instance).gone());
            members.forEach((instance, threads) -> {
                if (peers.containsKey(instance) || peers.size() < MOST_WATCHED) {
                    peers.computeIfAbsent(instance, Peer::new).watch(threads);
                }
            });
        } catch (ExecutionException | KafkaException e) {
            LOG.debug("the group {} cannot be looked at", group, e); // somebody else says that the broker is away
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    /** Stream threads by instance. */
    private Map<String, List<MemberDescription>> members() throws InterruptedException, ExecutionException {
        Map<String, List<MemberDescription>> members = new HashMap<>();
        for (MemberDescription member : admin.describeConsumerGroups(List.of(group))
                .describedGroups()
                .get(group)
                .get()
                .members()) {
            String name = member.groupInstanceId().orElse("");
            String instance = name.substring(0, Math.max(0, name.lastIndexOf('-'))); // without the thread's number
            if (Presence.isInstance(instance)) {
                members.computeIfAbsent(instance, i -> new ArrayList<>()).add(member);
            }
        }
        return members;
    }

    /** How many others are watched now. */
    long watched() {
        return peers.values().stream().filter(peer -> peer.seen).count();
    }

    @Override
    public void close() {
        looks.shutdownNow();
        try {
            if (looks.awaitTermination(1, TimeUnit.SECONDS)) {
                peers.values().forEach(Peer::stop);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        admin.close(Duration.ZERO);
    }

    /** Another instance. */
    private final class Peer {
        private final String instance;
        private volatile String host = "";
        private volatile List<MemberToRemove> members = List.of();
        private volatile List<String> transactions = List.of();
        private volatile boolean seen;
        private volatile boolean told;
        private volatile boolean stopped;
        private volatile Socket connection = new Socket();
        private Thread watcher = new Thread(this::untilItEnds);

        Peer(String instance) {
            this.instance = instance;
        }

        /** Goes on watching, or starts again. */
        void watch(List<MemberDescription> threads) {
            host = threads.get(0).host().replace("/", "");
            members = threads.stream()
                    .map(thread -> new MemberToRemove(thread.groupInstanceId().orElseThrow()))
                    .toList();
            transactions = threads.stream()
                    .map(thread -> CLIENT.matcher(thread.clientId()))
                    .filter(Matcher::matches)
                    .map(client -> client.group(1) + "-" + client.group(2))
                    .toList();
            if (!watcher.isAlive()) {
                watcher = new Thread(this::untilItEnds, "inference-peer");
                watcher.setDaemon(true);
                watcher.start();
            }
        }

        private void untilItEnds() {
            while (!stopped) {
                try (Socket socket = new Socket()) {
                    connection = socket;
                    switch (Presence.look(socket, host, instance)) {
                        case ALIVE -> awaitEnd(socket);
                        case DEAD -> {
                            if (seen && !stopped) {
                                endMembership();
                                endTransactions();
                            }
                            tellIfUnseen();
                            return;
                        }
                        case UNSEEN -> {
                            tellIfUnseen();
                            return;
                        }
                    }
                } catch (IOException e) {
                    LOG.debug("{} is looked at again", instance, e);
                }
            }
        }

        private void awaitEnd(Socket socket) throws IOException {
            if (!seen) {
                seen = true;
                LOG.info("{} at {} is watched: should it die, its cameras move at once", instance, host);
            }
            int end = socket.getInputStream().read(); // nothing is sent
            LOG.debug("the connection to {} ends with {}", instance, end);
        }

        private void tellIfUnseen() {
            if (!seen && !told) {
                told = true;
                LOG.info("{} at {} cannot be watched: should it die, its cameras move after 10 s", instance, host);
            }
        }

        private void endMembership() {
            var unused = admin.removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions(members))
                    .all()
                    .whenComplete((done, failure) -> {
                        if (failure == null) {
                            LOG.warn("{} at {} has died; its cameras move to others", instance, host);
                        } else { // it has left, or another instance was faster
                            LOG.debug("{} is in the group no longer", instance, failure);
                        }
                    });
        }

        /** It is in the group no longer. */
        void gone() {
            stop();
            endTransactions();
        }

        private void endTransactions() {
            var unused = admin.fenceProducers(transactions).all().whenComplete((done, failure) -> {
                if (failure != null) {
                    LOG.warn("transactions of {} stay open until they time out: {}", instance, failure.getMessage());
                }
            });
        }

        void stop() {
            stopped = true;
            try {
                connection.close();
            } catch (IOException e) {
                LOG.debug("{} is watched no longer", instance, e);
            }
        }
    }
}
