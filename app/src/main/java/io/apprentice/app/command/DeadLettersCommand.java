package io.apprentice.app.command;

import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.app.live.Reachable;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.kafka.DeadLetterBox;
import io.apprentice.streaming.kafka.DeadLetterBox.Letter;
import io.apprentice.streaming.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code apprentice dead-letters}. */
@Command(
        name = "dead-letters",
        description = "Lists records that a service could not read or process; shows them and sends them again.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {DeadLettersCommand.Show.class, DeadLettersCommand.Resend.class})
public final class DeadLettersCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions options;

    @Option(names = "--stage", paramLabel = "STAGE", description = "Only those of this stage, such as teacher.decode.")
    private String stage = "";

    @Option(names = "--last", paramLabel = "N", description = "How many to list, the last ones read. Default: 20.")
    private int last = 20;

    @Override
    public Integer call() throws Exception {
        Deque<String> newest = new ArrayDeque<>();
        Map<String, Long> counts = new TreeMap<>();
        try (DeadLetterBox box = box(options)) {
            box.all().filter(letter -> isOf(stage, letter)).toIterable().forEach(letter -> {
                counts.merge("%s, %s".formatted(letter.header("stage"), letter.header("error.class")), 1L, Long::sum);
                newest.add(line(letter));
                if (newest.size() > last) {
                    newest.removeFirst();
                }
            });
        }
        counts.forEach((what, count) -> System.out.printf("%d at %s%n", count, what));
        newest.forEach(System.out::println);
        if (counts.isEmpty()) {
            System.out.println("no dead letters");
        }
        return 0;
    }

    private static DeadLetterBox box(SettingsOptions options) throws InterruptedException {
        ApprenticeSettings settings = options.loadForClient(List.of());
        Reachable.require(settings, List.of(Topic.DEAD_LETTERS));
        return new DeadLetterBox(settings.kafka(), new Topics(settings.topics()));
    }

    private static boolean isOf(String stage, Letter letter) {
        return stage.isEmpty() || stage.equals(letter.header("stage"));
    }

    private static String line(Letter letter) {
        return "%-8s %s  %s  %s: %s"
                .formatted(
                        letter.place(),
                        letter.header("time"),
                        letter.origin(),
                        letter.header("stage"),
                        letter.header("error.message"))
                .replaceAll("\\P{Print}", ".");
    }

    /** {@code apprentice dead-letters show}. */
    @Command(
            name = "show",
            description = "Prints a dead letter's headers and the first bytes of its record.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    static final class Show implements Callable<Integer> {
        private static final int PREVIEW = 256;
        private static final int PER_LINE = 16;

        @Mixin
        private SettingsOptions options;

        @Parameters(paramLabel = "PARTITION@OFFSET", description = "Which, as listed.")
        private String place;

        @Override
        public Integer call() throws Exception {
            try (DeadLetterBox box = box(options)) {
                Letter letter = box.at(place);
                letter.record()
                        .headers()
                        .forEach(header -> System.out.printf("%-14s %s%n", header.key(), text(header.value())));
                System.out.printf("%-14s %s%n", "key", text(letter.record().key()));
                byte[] value = letter.record().value() == null
                        ? new byte[0]
                        : letter.record().value();
                System.out.printf("%-14s %,d bytes%n", "value", value.length);
                for (int at = 0; at < Math.min(PREVIEW, value.length); at += PER_LINE) {
                    byte[] row = Arrays.copyOfRange(value, at, Math.min(at + PER_LINE, value.length));
                    System.out.printf(
                            "  %04x  %-48s %s%n", at, HexFormat.ofDelimiter(" ").formatHex(row), printable(row));
                }
            }
            return 0;
        }

        private static String text(byte[] bytes) {
            return bytes == null ? "(none)" : printable(bytes);
        }

        /** A record's bytes may hold anything, also what steers a terminal. */
        private static String printable(byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8).replaceAll("\\P{Print}", ".");
        }
    }

    /** {@code apprentice dead-letters resend}. */
    @Command(
            name = "resend",
            description = "Sends the records to their topics again, unchanged, once the cause is mended.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    static final class Resend implements Callable<Integer> {
        @Mixin
        private SettingsOptions options;

        @Parameters(paramLabel = "PARTITION@OFFSET", arity = "1..*", description = "Which, as listed.")
        private List<String> places = List.of();

        @Override
        public Integer call() throws Exception {
            try (DeadLetterBox box = box(options)) {
                for (Letter letter : places.stream().map(box::at).toList()) {
                    System.out.printf(
                            "%s is now %s%n", letter.place(), box.resend(letter).join());
                }
            }
            return 0;
        }
    }
}
