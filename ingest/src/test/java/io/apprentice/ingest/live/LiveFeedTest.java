package io.apprentice.ingest.live;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.apprentice.ingest.live.CameraState.Phase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** The feed and its watchdog against real child processes that misbehave. */
@Timeout(60)
class LiveFeedTest {

    private static final Duration OPEN = Duration.ofSeconds(2);
    private static final Duration SILENCE = Duration.ofSeconds(1);
    private static final Request REQUEST =
            new Request(Address.of("rtsp://me:geheim@host/x"), "", Map.of(), 0, 0, false, 0, 90, OPEN, SILENCE);

    private Decoders decoders = new Decoders(fake("exit"));

    private static List<String> fake(String manner) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FakeDecoder.class.getName(),
                manner);
    }

    private LiveFeed feed(String manner) {
        decoders = new Decoders(fake(manner));
        return new LiveFeed(decoders, "cam", () -> REQUEST, OPEN, SILENCE);
    }

    @AfterEach
    void close() {
        assertThat(ProcessHandle.current().children().filter(LiveFeedTest::isFake))
                .isEmpty();
    }

    private static List<LiveEvent> takeUntil(LiveFeed feed, BooleanSupplier enough) throws InterruptedException {
        List<LiveEvent> events = new ArrayList<>();
        while (!enough.getAsBoolean()) {
            feed.next().ifPresent(events::add);
        }
        return events;
    }

    @ParameterizedTest
    @CsvSource({
        "hang, the decoder hung",
        "no-picture, no picture in 2.0 s",
        "no-data, no data in 1.0 s",
        "garbage, expected a message",
        "exit, the decoder ended with code 7",
    })
    void next_givenADecoderThatMisbehaves_buriesItSaysWhyAndStartsAnother(String manner, String reason)
            throws InterruptedException {
        try (LiveFeed feed = feed(manner)) {
            takeUntil(feed, () -> feed.state().reason().contains(reason));
            assertThat(feed.state().phase()).isIn(Phase.CONNECTING, Phase.LIVE);

            if (manner.equals("hang") || manner.equals("no-data")) {
                takeUntil(feed, () -> feed.state().reconnects() > 0);
                assertThat(feed.state().phase()).isEqualTo(Phase.LIVE);
            }
        }
        assertThat(ProcessHandle.current().children().filter(LiveFeedTest::isFake))
                .isEmpty();
    }

    private static boolean isFake(ProcessHandle child) {
        return child.info().commandLine().orElse("").contains(FakeDecoder.class.getName());
    }

    @Test
    void state_ofACameraThatSendsNothing_isSilentBeforeItIsLost() throws InterruptedException {
        try (LiveFeed feed = feed("no-data")) {
            takeUntil(feed, () -> feed.state().phase() == Phase.LIVE);
            takeUntil(feed, () -> feed.state().phase() == Phase.SILENT);
            takeUntil(feed, () -> feed.state().phase() == Phase.CONNECTING);
        }
    }

    @Test
    void next_givenMoreFramesThanAreTaken_losesTheOldestAndCountsThem() throws InterruptedException {
        try (LiveFeed feed = feed("flood")) {
            List<LiveEvent> events = new ArrayList<>();
            feed.next().ifPresent(events::add); // the first call connects
            while (!feed.state().reason().equals("flooded")) {
                Thread.sleep(20); // takes nothing, so that frames pile up
            }
            for (Optional<LiveEvent> e = feed.next(); e.isPresent(); e = feed.next()) {
                events.add(e.get());
            }
            int lost = events.stream()
                    .mapToInt(e -> e instanceof LiveEvent.Lost l ? l.frames() : 0)
                    .sum();
            long taken =
                    events.stream().filter(e -> e instanceof LiveEvent.Taken).count();
            assertThat(lost).isGreaterThanOrEqualTo(150);
            assertThat(lost + taken).isEqualTo(200);
        }
    }

    @Test
    void log_givenAddressOnStandardError_masksItAndKeepsItShort() throws InterruptedException {
        Logger log = (Logger) LoggerFactory.getLogger(Decoder.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        log.addAppender(lines);
        try (LiveFeed feed = feed("whisper")) {
            takeUntil(feed, () -> !List.copyOf(lines.list).isEmpty());
        } finally {
            log.detachAppender(lines);
        }
        assertThat(lines.list.get(0).getFormattedMessage())
                .contains("rtsp://******@host/x")
                .doesNotContain("geheim")
                .hasSizeLessThan(400);
    }

    @Test
    void close_whileTheDecoderHangs_endsIt() throws InterruptedException {
        LiveFeed feed = feed("hang");
        takeUntil(feed, () -> feed.state().phase() == Phase.LIVE);
        Instant asked = Instant.now();

        feed.close();

        assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(4));
        assertThat(ProcessHandle.current().children().filter(LiveFeedTest::isFake))
                .isEmpty();
    }

    @Test
    void next_givenCredentialsThatCannotBeReadNow_saysSoAndAsksAgain() throws InterruptedException {
        LiveFeed.Requests failing = () -> {
            throw new IOException("credentials a/b: no such file");
        };
        try (LiveFeed feed = new LiveFeed(decoders, "cam", failing, OPEN, SILENCE)) {
            takeUntil(feed, () -> feed.state().reason().equals("credentials a/b: no such file"));
        }
    }
}
