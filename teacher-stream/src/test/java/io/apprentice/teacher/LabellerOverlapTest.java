package io.apprentice.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Workers;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.network.CropNetwork;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.TorchRuntime.DeviceChoice;
import io.apprentice.pose.network.WdrNet;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.parcel.Parcel;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.TeacherRef;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.service.Mode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** Several workers: what may run at a time, and that nothing else changes. */
class LabellerOverlapTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectModel PARCEL = Parcel.model();
    private static final TeacherRef TEACHER = new TeacherRef("big", 0L, "abc");

    private final TeacherMetrics metrics = new TeacherMetrics(new SimpleMeterRegistry());
    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);

    /** A real network, with something before each call. */
    private record Watched(WdrNet network, UnaryOperator<ByteBuffer> watch) implements CropNetwork {
        @Override
        public WdrNet.Output run(ByteBuffer rgb, int batch, int width, int height) {
            return network.run(watch.apply(rgb), batch, width, height);
        }

        @Override
        public int largestBatch() {
            return network.largestBatch();
        }

        @Override
        public void close() {
            network.close();
        }
    }

    private Labeller labeller(NetworkWeights weights, Workers workers, UnaryOperator<ByteBuffer> watch) {
        return labeller(Mode.LIVE, weights, workers, watch);
    }

    private Labeller labeller(Mode mode, NetworkWeights weights, Workers workers, UnaryOperator<ByteBuffer> watch) {
        TeacherSettings settings = new TeacherSettings(
                "big",
                "0",
                Path.of(""),
                TeacherSource.NETWORK,
                DeviceChoice.AUTO,
                mode,
                Duration.ofSeconds(1),
                1,
                4,
                Duration.ofMillis(100),
                true,
                0,
                AdaptSettings.DEFAULTS);
        PoseEstimator estimator = new PoseEstimator(
                weights, List.of(PARCEL), w -> new Watched(new WdrNet(w, Precision.FLOAT32), watch), workers);
        return new Labeller(
                settings,
                List.of(PARCEL),
                new TeacherVersion(TEACHER, estimator),
                Optional.empty(),
                new DueFrames(settings, Frames.CODEC, camera -> 1, metrics, now::get),
                metrics,
                workers);
    }

    private static List<Received> records(List<Frame> frames) {
        return frames.stream()
                .map(frame -> Frames.received(frame.getSequence(), frame.getCapturedAt(), Frames.CODEC.encode(frame)))
                .toList();
    }

    private record Outcome(List<LocalPredictions> labels, List<Long> rejected, int batches) {}

    private Outcome label(int threads, List<List<Received>> batches) throws IOException {
        List<LocalPredictions> labels = new ArrayList<>();
        List<Long> rejected = new ArrayList<>();
        try (Workers workers = Workers.of(threads, "worker");
                Labeller labeller = labeller(Mode.REPLAY, ConfirmedLabels.teacher(), workers, rgb -> rgb)) {
            List<Labels> all =
                    labeller.label(Flux.fromIterable(batches)).collectList().block(PATIENCE);
            all.forEach(l -> l.labelled().forEach(label -> labels.add(label.predictions())));
            all.forEach(l -> l.rejected().forEach(r -> rejected.add(r.record().offset())));
            assertThat(all).extracting(Labels::batch).isEqualTo(batches);
            return new Outcome(labels, rejected, all.size());
        }
    }

    /**
     * Frames with and without a detection, objects lost and found again, records that cannot be read, a batch of those
     * alone. Live, searches would go by the clock.
     */
    @Test
    void label_onSeveralWorkers_givesTheSameLabelsAsInTurn() throws IOException {
        List<List<Received>> batches = new ArrayList<>();
        for (int batch = 0; batch < 8; batch++) {
            List<Received> records = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                long sequence = 7L * batch + i;
                String camera = List.of("left", "right", "top").get(i % 3);
                records.addAll(records(List.of(
                        sequence % 11 == 10
                                ? Frames.frame(camera, sequence, NOW)
                                : camera.equals("top")
                                        ? Frames.detected(camera, sequence, NOW)
                                        : Frames.synthetic(camera, sequence, NOW))));
            }
            records.add(Frames.received(1000 + batch, new byte[] {1, 2}));
            batches.add(records);
        }
        batches.add(3, List.of(Frames.received(2000, new byte[] {1})));

        Outcome inTurn = label(1, batches);

        assertThat(inTurn.labels()).hasSize(56);
        assertThat(inTurn.rejected()).hasSize(9);
        assertThat(inTurn.labels().stream()
                        .filter(label -> label.getObjects().get(0).getRefined()))
                .hasSizeGreaterThan(30);
        assertThat(label(3, batches)).isEqualTo(inTurn);
    }

    @Test
    void label_onSeveralWorkers_readsTheNextBatchWhileTheNetworkAnswers() {
        CountDownLatch secondIsRead = new CountDownLatch(1);
        List<Boolean> wasRead = new ArrayList<>();
        Frame second = Frames.frame("right", 1, NOW);
        try (Workers workers = Workers.of(2, "worker");
                Labeller labeller = labeller(Frames.untrained("parcel"), workers, rgb -> {
                    wasRead.add(awaitQuietly(secondIsRead));
                    return rgb;
                })) {
            labeller.label(Flux.just(records(List.of(Frames.frame("left", 0, NOW))), records(List.of(second)))
                            .doOnNext(batch -> {
                                if (batch.get(0).offset() == 1) {
                                    secondIsRead.countDown();
                                }
                            }))
                    .blockLast(PATIENCE);
        }
        assertThat(wasRead).isNotEmpty().doesNotContain(false);
    }

    private static boolean awaitQuietly(CountDownLatch latch) {
        try {
            return latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void label_withoutWorkers_doesEverythingOnOneThread() {
        BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
        try (Labeller labeller = labeller(Frames.untrained("parcel"), Workers.none(), rgb -> {
            threads.add(Thread.currentThread());
            return rgb;
        })) {
            List<List<Received>> batches = LongStream.range(0, 6)
                    .mapToObj(i -> records(List.of(Frames.frame("left", i, NOW))))
                    .toList();
            labeller.label(Flux.fromIterable(batches))
                    .doOnNext(labels -> threads.add(Thread.currentThread()))
                    .blockLast(PATIENCE);
        }
        assertThat(threads).hasSizeGreaterThan(6);
        assertThat(List.copyOf(threads).stream().distinct()).hasSize(1);
    }

    /** Nobody asks for labels, so nothing is concluded; returns how often the network was asked meanwhile, and afterwards. */
    private int[] looksBeforeAndAfterConclusion(List<List<Received>> batches) throws IOException {
        AtomicInteger looks = new AtomicInteger();
        BaseSubscriber<Labels> reader = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {}
        };
        try (Workers workers = Workers.of(2, "worker");
                Labeller labeller = labeller(ConfirmedLabels.teacher(), workers, rgb -> {
                    looks.incrementAndGet();
                    return rgb;
                })) {
            labeller.label(Flux.fromIterable(batches)).subscribe(reader);
            AtomicInteger before = new AtomicInteger();
            await().atMost(PATIENCE)
                    .during(Duration.ofMillis(500))
                    .until(() -> looks.get() > 0 && before.getAndSet(looks.get()) == looks.get());
            reader.requestUnbounded();
            await().atMost(PATIENCE).until(reader::isDisposed);
            return new int[] {before.get(), looks.get()};
        }
    }

    @Test
    void label_givenDetections_looksOnBeforeTheFramesBeforeAreConcluded() throws IOException {
        List<List<Received>> batches = LongStream.range(0, 10)
                .mapToObj(i -> records(List.of(Frames.detected("left", i, NOW))))
                .toList();

        int[] looks = looksBeforeAndAfterConclusion(batches);

        assertThat(looks[0]).isBetween(2, 4); // bounded: the rest waits
        assertThat(looks[1]).isGreaterThanOrEqualTo(10);
    }

    @Test
    void label_givenFramesLookedAtWhereTheObjectWasLast_waitsForWhatIsBeforeThemInTheirCameraOnly() throws IOException {
        List<List<Received>> oneCamera = LongStream.range(0, 10)
                .mapToObj(i -> records(List.of(Frames.synthetic("left", i, NOW))))
                .toList();
        List<List<Received>> twoCameras = LongStream.range(0, 10)
                .mapToObj(i -> records(List.of(Frames.synthetic(i % 2 == 0 ? "left" : "right", i, NOW))))
                .toList();

        int[] one = looksBeforeAndAfterConclusion(oneCamera);
        int[] two = looksBeforeAndAfterConclusion(twoCameras);

        assertThat(one[0]).isBetween(1, 3); // windows, what looks like it, and its pose
        assertThat(two[0]).isEqualTo(2 * one[0]);
    }

    @Test
    void label_givenManyBatchesAndNobodyWhoWantsThem_takesAFewOnly() {
        AtomicInteger taken = new AtomicInteger();
        BaseSubscriber<Labels> reader = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {}
        };
        try (Workers workers = Workers.of(2, "worker");
                Labeller labeller = labeller(Frames.untrained("parcel"), workers, rgb -> rgb)) {
            labeller.label(Flux.range(0, 1000)
                            .doOnNext(i -> taken.set(i + 1))
                            .map(i -> records(List.of(Frames.frame("camera " + i, i, NOW)))))
                    .subscribe(reader);
            AtomicInteger before = new AtomicInteger();
            await().atMost(PATIENCE)
                    .during(Duration.ofMillis(500))
                    .until(() -> taken.get() > 0 && before.getAndSet(taken.get()) == taken.get());
            assertThat(taken.get()).isBetween(3, 6);
            reader.cancel();
        }
    }

    /** A frame that makes the network fail: all others of its look, and of the next ones, are labelled. */
    @Test
    void label_givenAFrameAtWhichTheNetworkFails_rejectsThatFrameAlone() {
        byte[] poison = new byte[3 * Frames.WIDTH * Frames.HEIGHT];
        Frame poisoned = Frames.withImage(
                "left", 2, NOW, ImageCodec.encodePng(new RgbImage(Frames.WIDTH, Frames.HEIGHT, poison)));
        List<Frame> frames = LongStream.range(0, 8)
                .mapToObj(i -> i == 2 ? poisoned : Frames.frame("left", i, NOW))
                .toList();
        int crop = 3 * Frames.CROP * Frames.CROP;
        try (Workers workers = Workers.of(2, "worker");
                Labeller labeller = labeller(Frames.untrained("parcel"), workers, rgb -> {
                    for (int middle = (crop + 3 * Frames.CROP) / 2; middle < rgb.limit(); middle += crop) {
                        int at = middle;
                        if (IntStream.range(0, 30).allMatch(i -> rgb.get(at + i) == 0)) {
                            throw new IllegalStateException("black");
                        }
                    }
                    return rgb;
                })) {
            List<Labels> labels = labeller.label(
                            Flux.just(records(frames.subList(0, 4)), records(frames.subList(4, 8))))
                    .collectList()
                    .block(PATIENCE);

            assertThat(labels.get(0).labelled())
                    .extracting(label -> label.predictions().getSequence())
                    .containsExactly(0L, 1L, 3L);
            assertThat(labels.get(0).rejected()).singleElement().satisfies(rejection -> {
                assertThat(rejection.record().offset()).isEqualTo(2);
                assertThat(rejection.stage()).isEqualTo("teacher.estimate");
                assertThat(rejection.reason()).hasMessage("black");
            });
            assertThat(labels.get(1).labelled()).hasSize(4);
        }
    }

    @Test
    void label_givenAFrameThatGrowsTooOldBehindOthers_passesItOverWhenItsTurnComes() {
        List<Frame> frames = LongStream.range(0, 8)
                .mapToObj(i -> Frames.frame("left", i, NOW))
                .toList();
        try (Labeller labeller = labeller(Frames.untrained("parcel"), Workers.none(), rgb -> {
            now.set(NOW.plusSeconds(2)); // the first look takes two seconds
            return rgb;
        })) {
            Labels labels = labeller.label(Flux.just(records(frames))).blockLast(PATIENCE);

            assertThat(labels.labelled()).hasSize(4);
            assertThat(metrics.skipped().count()).isEqualTo(4);
        }
    }

    @Test
    void workers_byDefault_areNoneOnTheCpuAndAllCoresBesideAGpu() {
        TeacherSettings settings = TeacherSettings.DEFAULTS;

        assertThat(settings.workers(false, 16)).isEqualTo(1);
        assertThat(settings.workers(true, 16)).isEqualTo(16);
        assertThat(settings.workers(true, 1)).isEqualTo(2);
    }
}
