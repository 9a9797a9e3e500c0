package io.apprentice.torture;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Strikes processes of a cluster, one or two at a time, at moments that a seed decides, and waits after each strike until
 * every part of the system has committed something new.
 */
final class Chaos {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int LONGEST_PAUSE_MILLIS = 1500;
    private static final int LONGEST_SHORT_MILLIS = 3000;

    private final Cluster cluster;
    private final LogReader reader;
    private final Checker checker;
    private final History history;
    private final Random random;
    private int kills;

    Chaos(Cluster cluster, LogReader reader, Checker checker, History history, long seed) {
        this.cluster = cluster;
        this.reader = reader;
        this.checker = checker;
        this.history = history;
        this.random = new Random(seed);
    }

    /** How a process is struck, with how many chances out of their sum. */
    private enum Fault {
        /** SIGKILL, and a new process soon. */
        KILL(16),
        /** SIGSTOP, and SIGCONT soon. */
        FREEZE(4),
        /** SIGSTOP until others have given it up, then SIGCONT: a zombie wakes up. */
        FREEZE_LONG(4);

        private final int chances;

        Fault(int chances) {
            this.chances = chances;
        }
    }

    /** A process and what happens to it. */
    private record Strike(Node node, Fault fault) {}

    /**
     * Strikes until so many processes have been killed.
     *
     * @return how many strikes there were, kills included
     */
    int run(int wanted) throws IOException, InterruptedException {
        int strikes = 0;
        awaitProgress();
        while (kills < wanted) {
            Thread.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
            if (random.nextInt(12) == 0) {
                takeOver();
                strikes++;
            } else {
                List<Strike> round = round();
                strike(round);
                strikes += round.size();
            }
            long start = System.nanoTime();
            awaitProgress();
            history.add("all go on after %.1f s; %d kills".formatted((System.nanoTime() - start) * 1e-9, kills));
        }
        return strikes;
    }

    /** A service and a broker, the registry or the cameras at the same time, or in one case of four only one of these. */
    private List<Strike> round() {
        List<Node> services = cluster.services();
        List<Node> others = new ArrayList<>(cluster.brokers());
        others.add(cluster.registry());
        others.add(cluster.ingest());
        int which = random.nextInt(8);
        List<Strike> round = new ArrayList<>();
        if (which >= 1) {
            round.add(new Strike(services.get(random.nextInt(services.size())), fault()));
        }
        if (which < 7) {
            round.add(new Strike(others.get(random.nextInt(others.size())), fault()));
        }
        return round;
    }

    private Fault fault() {
        int chance = random.nextInt(List.of(Fault.values()).stream()
                .mapToInt(fault -> fault.chances)
                .sum());
        for (Fault fault : Fault.values()) {
            chance -= fault.chances;
            if (chance < 0) {
                return fault;
            }
        }
        throw new IllegalStateException("chances have a sum");
    }

    private void strike(List<Strike> round) throws IOException, InterruptedException {
        long longest = 0;
        for (Strike strike : round) {
            long millis = random.nextInt(LONGEST_SHORT_MILLIS);
            if (strike.fault() == Fault.FREEZE_LONG) {
                millis += (cluster.brokers().contains(strike.node()) ? Cluster.BROKER_SESSION : Cluster.SESSION)
                                .toMillis()
                        + 1000;
            }
            longest = Math.max(longest, millis);
            if (strike.fault() == Fault.KILL) {
                strike.node().kill();
                kills++;
            } else {
                strike.node().freeze();
            }
            history.add(
                    "%s %s, for %d ms".formatted(strike.fault(), strike.node().name(), millis));
        }
        Thread.sleep(longest);
        for (Strike strike : round) {
            if (strike.fault() == Fault.KILL) {
                strike.node().start();
            } else {
                strike.node().thaw();
            }
        }
    }

    /** A second trainer of the same student takes over, from one that runs or is frozen; the older one must then end. */
    private void takeOver() throws IOException, InterruptedException {
        Node older = cluster.trainer();
        Node newer = cluster.nextTrainer(Cluster.STUDENT);
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
