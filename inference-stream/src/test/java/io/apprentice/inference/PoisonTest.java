package io.apprentice.inference;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.StudentModel;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.kafka.DeadLetters;
import io.apprentice.streaming.service.Mode;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the inference makes of poison, a row each; after each, it answers the next frame. */
class PoisonTest {

    private static final PlainCodec<Frame> FRAMES = new PlainCodec<>(Frame.class);
    private static final byte[] LEFT = "left".getBytes(UTF_8);
    private static final long NOW = RunningTopology.NOW.toEpochMilli();
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private RunningTopology inference;

    @BeforeEach
    void start(@TempDir Path directory) {
        inference = new RunningTopology(RunningTopology.PLAIN, RunningTopology::network, Mode.LIVE, directory);
        inference.publishAndAwait(0);
    }

    @AfterEach
    void close() {
        inference.close();
    }

    private static Frame frame(long sequence) {
        return Frames.frame("left", sequence, RunningTopology.NOW);
    }

    private double deadLetters() {
        return inference.meters.find(DeadLetters.COUNTER).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private void answersTheNextFrame() {
        inference.send(frame(99));
        assertThat(inference.poses()).singleElement().satisfies(pose -> {
            assertThat(pose.getSequence()).isEqualTo(99);
            assertThat(pose.getStudent().getVersion()).isZero();
        });
    }

    static Stream<Arguments> unreadable() {
        byte[] whole = FRAMES.encode(frame(0));
        byte[] label = new PlainCodec<>(LocalPredictions.class).encode(Agreements.label(0, 0.5));
        Frame named = frame(0);
        named.setCameraId("x".repeat(1_000));
        return Stream.of(
                arguments("no value", null),
                arguments("an empty value", new byte[0]),
                arguments("one byte", new byte[] {0}),
                arguments("Avro cut off", Arrays.copyOf(whole, whole.length / 2)),
                arguments("another topic's record", label),
                arguments("a camera id of 1,000 characters", FRAMES.encode(named)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void unreadable(String what, byte[] value) {
        inference.send(Topic.FRAMES, LEFT, value, NOW);

        assertThat(inference.poses()).isEmpty();
        assertThat(inference.read(Topic.DEAD_LETTERS)).singleElement().satisfies(letter -> {
            assertThat(letter.value()).isEqualTo(value);
            assertThat(RunningTopology.header(letter, "stage")).isEqualTo("inference.decode");
        });
        assertThat(deadLetters()).isEqualTo(1);
        answersTheNextFrame();
    }

    static Stream<Arguments> withoutAPicture() {
        return Stream.of(
                arguments("a broken image", (UnaryOperator<Frame>) frame -> {
                    frame.setImage(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                    return frame;
                }),
                arguments("another size", (UnaryOperator<Frame>) frame -> {
                    frame.getIntrinsics().setWidth(161);
                    return frame;
                }),
                arguments("a focal length that is no number", (UnaryOperator<Frame>) frame -> {
                    frame.getIntrinsics().setFx(Double.NaN);
                    return frame;
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void withoutAPicture(String what, UnaryOperator<Frame> poison) {
        inference.send(poison.apply(frame(0)));

        assertThat(inference.poses()).extracting(PoseEstimate::getStatus).containsExactly(PoseStatus.LOST);
        assertThat(inference.read(Topic.DEAD_LETTERS)).hasSize(1);
        assertThat(deadLetters()).isEqualTo(1);
        answersTheNextFrame();
    }

    /** The camera's id is in the value; the key says only which partition. */
    static Stream<Arguments> keys() {
        return Stream.of(
                arguments("no key", null),
                arguments("an empty key", new byte[0]),
                arguments("a key that is no text", new byte[] {(byte) 0xff, (byte) 0xc0}),
                arguments("another camera's", "right".getBytes(UTF_8)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void keys(String what, byte[] key) {
        inference.send(Topic.FRAMES, key, FRAMES.encode(frame(5)), NOW);

        assertThat(inference.poses()).extracting(PoseEstimate::getCameraId).containsExactly("left");
        assertThat(inference.read(Topic.DEAD_LETTERS)).isEmpty();
        answersTheNextFrame();
    }

    @Test
    void sequences_thatRepeatJumpOrRunBackwards_areAnsweredEachInTheOrderOfTheLog() {
        List<Long> sequences = List.of(5L, 5L, 1_000_000L, 4L, -3L, Long.MAX_VALUE, Long.MIN_VALUE, 0L);
        sequences.forEach(sequence -> inference.send(frame(sequence)));

        assertThat(inference.poses()).extracting(PoseEstimate::getSequence).isEqualTo(sequences);
        assertThat(inference.read(Topic.DEAD_LETTERS)).isEmpty();
    }

    /** The record's timestamp, when it reached us, decides; where that is ahead of our clock, too. */
    @Test
    void clocks_thatAreWrong_skipOnlyWhatTheRecordsTimestampSaysIsOldAndGiveNoNegativeLatency() {
        Instant odd = RunningTopology.NOW.plus(Duration.ofDays(100_000));
        inference.send(Topic.FRAMES, LEFT, FRAMES.encode(Frames.frame("left", 1, odd)), NOW);
        inference.send(Topic.FRAMES, LEFT, FRAMES.encode(frame(2)), NOW + HOUR);
        inference.send(Topic.FRAMES, LEFT, FRAMES.encode(frame(3)), Long.MAX_VALUE);
        inference.send(Topic.FRAMES, LEFT, FRAMES.encode(frame(4)), NOW - HOUR);
        inference.send(Topic.FRAMES, LEFT, FRAMES.encode(frame(5)), 0);

        assertThat(inference.poses())
                .extracting(PoseEstimate::getStatus)
                .containsExactly(
                        PoseStatus.LOST, PoseStatus.LOST, PoseStatus.LOST, PoseStatus.SKIPPED, PoseStatus.SKIPPED);
        assertThat(inference.meters.get("apprentice.inference.latency").timer()).satisfies(latency -> {
            assertThat(latency.count()).isEqualTo(3);
            assertThat(latency.max(TimeUnit.MILLISECONDS)).isZero();
        });
        answersTheNextFrame();
    }

    @Test
    void studentParts_shuffledAndDoubled_areTaken() {
        List<StudentModel> parts = new ArrayList<>(Students.parts(1, "parcel"));
        Collections.reverse(parts);
        parts.add(1, parts.get(0));
        inference.publish(parts);

        await().atMost(Duration.ofSeconds(60)).until(() -> inference.students.version() == 1);
        assertThat(inference.metrics.refused().count()).isZero();
    }

    @Test
    void studentParts_withOneMissing_waitAndTheStudentInUseStays() {
        inference.publish(Students.parts(1, "parcel").subList(0, 2));
        assertThat(inference.metrics.refused().count()).isZero();
        answersTheNextFrame();
    }

    private static List<StudentModel> student(UnaryOperator<NetworkWeights> change) {
        NetworkWeights known = Students.weights(1, "parcel");
        return Students.parts(change.apply(known).toBytes(), 1, "parcel", 2);
    }

    private static List<StudentModel> changed(UnaryOperator<StudentModel> change) {
        return Students.parts(1, "parcel").stream().map(change).toList();
    }

    static Stream<Arguments> students() {
        return Stream.of(
                arguments("larger than it says", changed(part -> {
                    part.getManifest().setSize(100L);
                    return part;
                })),
                arguments("larger than any may be", changed(part -> {
                    part.getManifest().setSize(1L << 40);
                    return part;
                })),
                arguments("with another hash", changed(part -> {
                    part.getManifest().setSha256("ab".repeat(32));
                    return part;
                })),
                arguments("no network", Students.parts(new byte[5_000], 1, "parcel", 2)),
                arguments("of a future architecture", future()),
                arguments("for other objects", Students.parts(1, "teapot")),
                arguments("for other objects than it says", otherObjects()),
                arguments("with weights that are no numbers", student(known -> with(known, Float.NaN))));
    }

    private static NetworkWeights with(NetworkWeights known, float first) {
        float[] parameters = known.parameters().clone();
        parameters[0] = first;
        return new NetworkWeights(known.architecture(), parameters, known.buffers(), known.metadata());
    }

    private static List<StudentModel> future() {
        byte[] file = Students.weights(1, "parcel").toBytes();
        String name = "wdrnet-darknet-tiny-h";
        int at = new String(file, 0, 10_000, ISO_8859_1).indexOf(name);
        System.arraycopy("wdrnet-transformer-xl".getBytes(UTF_8), 0, file, at, name.length());
        return Students.parts(file, 1, "parcel", 2);
    }

    private static List<StudentModel> otherObjects() {
        return Students.parts(Students.weights(1, "teapot").toBytes(), 1, "parcel", 2);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void students(String what, List<StudentModel> parts) {
        inference.publish(parts);

        await().atMost(Duration.ofSeconds(60))
                .until(() -> inference.metrics.refused().count() > 0);
        answersTheNextFrame();
    }

    @Test
    void student_whoseNumbersOverflow_findsNothingAndSaysSoInNumbers() {
        List<StudentModel> parts = student(known -> {
            float[] parameters = known.parameters().clone();
            for (int i = 0; i < parameters.length; i++) {
                parameters[i] *= 1e30f;
            }
            return new NetworkWeights(known.architecture(), parameters, known.buffers(), known.metadata());
        });
        inference.publish(parts);
        await().atMost(Duration.ofSeconds(60)).until(() -> inference.students.version() == 1);

        inference.send(frame(3));

        assertThat(inference.poses()).singleElement().satisfies(pose -> {
            assertThat(pose.getStatus()).isEqualTo(PoseStatus.LOST);
            assertThat(pose.getScore()).isFinite();
        });
    }
}
