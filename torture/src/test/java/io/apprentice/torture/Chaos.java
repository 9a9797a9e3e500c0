package io.apprentice.torture;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Strikes processes of a cluster and their network, a few at a time, as a seed decides, and waits after each round until every
 * part of the system has committed something new. Of each strike it is made sure that it has struck.
 */
final class Chaos {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int LONGEST_PAUSE_MILLIS = 1000;
    private static final int SHORTEST_MILLIS = 500;
    private static final int LONGEST_MORE_MILLIS = 2500;
    private static final int LONGEST_DELAY_MILLIS = 300;
    private static final int FEWEST_SERVICES = 2;
    private static final int MOST_SERVICES = 5;

    private final Cluster cluster;
    private final LogReader reader;
    private final Checker checker;
    private final History history;
    private final Random random;
    private final Deck<Fault> faults;
    private final Deck<Moment> moments;
    private final Deck<Other> ofBrokers;
    private final Deck<Other> ofOthers;
    private final Map<String, Integer> struck = new TreeMap<>();
    private int kills;

    Chaos(Cluster cluster, LogReader reader, Checker checker, History history, long seed) {
        this.cluster = cluster;
        this.reader = reader;
        this.checker = checker;
        this.history = history;
        random = new Random(seed);
        List<Fault> all = new ArrayList<>(List.of(Fault.values()));
        all.addAll(Collections.nCopies(2 * Moment.values().length - 1, Fault.DIE_AT_MOMENT));
        faults = new Deck<>(all, random);
        moments = new Deck<>(List.of(Moment.values()), random);
        ofBrokers = new Deck<>(
                List.of(Other.BROKER_KILL, Other.BROKER_KILL, Other.BROKER_FREEZE, Other.BROKER_FREEZE_LONG), random);
        ofOthers = new Deck<>(List.of(Other.REGISTRY_KILL, Other.INGEST_KILL, Other.INGEST_CUT), random);
    }

    /** What happens to a service. */
    private enum Fault {
        /** SIGKILL, and a new process soon. */
        KILL,
        /** SIGKILL, then a new process that dies at a {@link Moment}, then another one. */
        DIE_AT_MOMENT,
        /** SIGSTOP, and SIGCONT soon. */
        FREEZE,
        /** SIGSTOP until others have given it up, then SIGCONT: a zombie wakes up. */
        FREEZE_LONG,
        /** No network to the brokers, for a moment. */
        CUT,
        /** No network until others have given it up; then whatever it has sent arrives late. */
        CUT_LONG,
        /** A slow network. */
        SLOW,
        /** A second trainer takes the student over. */
        TAKE_OVER
    }

    /** What happens to a broker, the registry or the cameras. */
    private enum Other {
        BROKER_KILL("broker", Fault.KILL),
        BROKER_FREEZE("broker", Fault.FREEZE),
        BROKER_FREEZE_LONG("broker", Fault.FREEZE_LONG),
        REGISTRY_KILL("registry", Fault.KILL),
        INGEST_KILL("ingest", Fault.KILL),
        INGEST_CUT("ingest", Fault.CUT);

        private final String name;
        private final Fault fault;

        Other(String name, Fault fault) {
            this.name = name;
            this.fault = fault;
        }
    }

    /**
     * What happens to whom.
     *
     * @param millis how long
     * @param moment for {@link Fault#DIE_AT_MOMENT}
     */
    private record Strike(
            Node node, Fault fault, int millis, @Nullable Moment moment) {
        @Override
        public String toString() {
            return "%s %s, for %d ms%s".formatted(fault, node.name(), millis, moment == null ? "" : ", then " + moment);
        }
    }

    /** Strikes until so many processes have been killed and each kind of fault has struck. */
    void run(int wanted) throws IOException, InterruptedException {
        awaitProgress();
        while (kills < wanted || !missing().isEmpty()) {
            Thread.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
            Fault first = faults.draw();
            if (first == Fault.TAKE_OVER) {
                takeOver();
            } else {
                strike(round(first));
            }
            long start = System.nanoTime();
            awaitProgress();
            history.add("all go on after %.1f s; %d kills".formatted((System.nanoTime() - start) * 1e-9, kills));
        }
    }

    int kills() {
        return kills;
    }

    /** How often each kind of fault has struck. */
    Map<String, Integer> struck() {
        return struck;
    }

    private List<String> missing() {
        return Stream.<Enum<?>[]>of(Fault.values(), Moment.values(), Other.values())
                .flatMap(Stream::of)
                .map(Enum::name)
                .filter(kind -> !struck.containsKey(kind))
                .toList();
    }

    private void count(Enum<?> kind) {
        struck.merge(kind.name(), 1, Integer::sum);
    }

    /** Some services, a broker, and the registry or the cameras at the same time. */
    private List<Strike> round(Fault first) {
        List<Strike> round = new ArrayList<>();
        List<Node> left = new ArrayList<>(cluster.services());
        int most = FEWEST_SERVICES + random.nextInt(MOST_SERVICES - FEWEST_SERVICES + 1);
        for (Fault fault = first; ; fault = faults.draw()) {
            Moment moment = fault == Fault.DIE_AT_MOMENT ? moments.draw() : null;
            List<Node> fit = left.stream()
                    .filter(node -> moment == null || moment.isOf(node))
                    .toList();
            if (fault == Fault.TAKE_OVER || fit.isEmpty()) { // not in this round
                faults.putBack(fault);
                if (moment != null) {
                    moments.putBack(moment);
                }
                break;
            }
            Strike strike = strike(fit, fault, moment);
            round.add(strike);
            left.remove(strike.node());
            if (round.size() == most) {
                break;
            }
        }
        for (Other other : List.of(ofBrokers.draw(), ofOthers.draw())) {
            List<Node> fit = Stream.concat(cluster.brokers().stream(), Stream.of(cluster.registry(), cluster.ingest()))
                    .filter(node -> node.name().startsWith(other.name))
                    .toList();
            round.add(strike(fit, other.fault, null));
            count(other);
        }
        return round;
    }

    private Strike strike(List<Node> fit, Fault fault, @Nullable Moment moment) {
        Node node = fit.get(random.nextInt(fit.size()));
        int millis = SHORTEST_MILLIS + random.nextInt(LONGEST_MORE_MILLIS);
        if (fault == Fault.FREEZE_LONG || fault == Fault.CUT_LONG) {
            Duration patience = cluster.brokers().contains(node) ? Cluster.BROKER_SESSION : Cluster.SESSION;
            millis += (int) patience.toMillis() + 1000;
        }
        return new Strike(node, fault, millis, moment);
    }

    private void strike(List<Strike> round) throws IOException, InterruptedException {
        int longest = 0;
        for (Strike strike : round) {
            begin(strike);
            history.add(strike.toString());
            longest = Math.max(longest, strike.millis());
        }
        Thread.sleep(longest);
        for (Strike strike : round) {
            end(strike);
        }
        awaitDeaths(round);
    }

    /** Starts those that were to die at a moment again when they have; until then others may need them for theirs. */
    private void awaitDeaths(List<Strike> round) throws IOException, InterruptedException {
        List<Strike> doomed = new ArrayList<>(round);
        doomed.removeIf(strike -> strike.moment() == null);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!doomed.isEmpty()) {
            for (Strike strike : List.copyOf(doomed)) {
                Node node = strike.node();
                if (!node.isAlive()) {
                    node.requireDeathAtMoment();
                    kills++;
                    count(requireNonNull(strike.moment()));
                    history.add("%s died %s".formatted(node.name(), strike.moment()));
                    node.start();
                    doomed.remove(strike);
                }
            }
            if (System.nanoTime() > end) {
                throw new Violation("after %d s the moment of %s has not come".formatted(PATIENCE.toSeconds(), doomed));
            }
            Thread.sleep(100);
        }
    }

    private void begin(Strike strike) throws IOException, InterruptedException {
        Node node = strike.node();
        switch (strike.fault()) {
            case KILL, DIE_AT_MOMENT -> {
                node.kill();
                kills++;
            }
            case FREEZE, FREEZE_LONG -> node.freeze();
            case CUT, CUT_LONG -> cluster.link(node).cut();
            case SLOW -> cluster.link(node).slow(Duration.ofMillis(1 + random.nextInt(LONGEST_DELAY_MILLIS)));
            case TAKE_OVER -> throw new IllegalArgumentException("a take-over is no strike");
        }
        count(strike.fault());
    }

    private void end(Strike strike) throws IOException, InterruptedException {
        Node node = strike.node();
        if (strike.moment() != null) {
            node.startDoomed(strike.moment(), comings(strike.moment()));
            return;
        }
        switch (strike.fault()) {
            case FREEZE, FREEZE_LONG -> node.thaw();
            case CUT, CUT_LONG, SLOW -> {
                awaitTraffic(strike);
                cluster.link(node).restore();
            }
            default -> node.start();
        }
    }

    /** A client that has nothing to do sends a heartbeat every 3 s. */
    private void awaitTraffic(Strike strike) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (cluster.link(strike.node()).struck() == 0) {
            if (System.nanoTime() > end) {
                throw new Violation("%s: nothing was sent meanwhile".formatted(strike));
            }
            Thread.sleep(100);
        }
    }

    /** At which coming of its moment a process dies. */
    private int comings(Moment moment) {
        return switch (moment) {
            case BEFORE_COMMIT, IN_COMMIT, AFTER_COMMIT, IN_CHECKPOINT -> 1 + random.nextInt(3);
            case IN_SWAP -> 1 + random.nextInt(2);
            case IN_REBALANCE -> 1;
        };
    }

    /** A second trainer of the same student takes over, from one that runs or is frozen; the older one must then end. */
    private void takeOver() throws IOException, InterruptedException {
        Node older = cluster.trainer();
        Node newer = cluster.nextTrainer();
        boolean frozen = random.nextBoolean();
        history.add("%s takes over from %s%s".formatted(newer.name(), older.name(), frozen ? ", which is frozen" : ""));
        if (frozen) {
            older.freeze();
        }
        newer.start();
        cluster.trainer(newer);
        if (frozen) {
            awaitProgress();
            older.thaw();
        }
        int code = older.awaitEnd(PATIENCE);
        if (!older.tail().contains("another trainer took over")) {
            throw new Violation("%s ended with %d for another reason:%n%s".formatted(older.name(), code, older.tail()));
        }
        count(Fault.TAKE_OVER);
    }

    /** Waits until poses of each camera, labels and training progress were committed after this call. */
    private void awaitProgress() throws IOException, InterruptedException {
        reader.read();
        Map<String, Long> before = reader.counts();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            cluster.requireAlive();
            reader.read();
            List<String> damage = checker.damage(reader.soFar());
            if (!damage.isEmpty()) {
                throw new Violation(String.join(System.lineSeparator(), damage));
            }
            Map<String, Long> now = reader.counts();
            List<String> silent = expected().stream()
                    .filter(what -> now.getOrDefault(what, 0L).equals(before.getOrDefault(what, 0L)))
                    .toList();
            if (silent.isEmpty()) {
                return;
            }
            if (System.nanoTime() > end) {
                throw new Violation("nothing new within %d s of: %s".formatted(PATIENCE.toSeconds(), silent));
            }
            Thread.sleep(200);
        }
    }

    private static List<String> expected() {
        List<String> expected = new ArrayList<>(List.of("labels", "training"));
        Cluster.CAMERAS.forEach(camera -> expected.add("poses of " + camera));
        return expected;
    }
}
