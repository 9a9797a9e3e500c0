package io.apprentice.learning.online;

import io.apprentice.learning.guard.Agreement;
import io.apprentice.learning.guard.Guard;
import io.apprentice.learning.guard.Review;
import io.apprentice.learning.sample.CropsAhead;
import io.apprentice.learning.sample.ExamCrop;
import io.apprentice.learning.sample.HeldLabel;
import io.apprentice.learning.sample.SampleExtractor;
import io.apprentice.learning.step.StepLosses;
import io.apprentice.learning.step.TrainingSample;
import io.apprentice.learning.step.TrainingStep;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.TrainingCrops;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Training as a fold: the student after n labels is a function of the start weights, the settings and the first n
 * labels, to the last bit on the same kind of machine.
 *
 * <p>A label from which something can be learnt goes into the replay, and {@code steps-per-label} gradient steps become
 * due. A batch holds the newest label's objects, draws from the replay, and the {@link Rehearsal}'s rendered crops. No
 * random generator lives from step to step: each is made anew from the seed and the number of the label or step, so
 * there is no generator's state to save. Not thread-safe.
 */
public final class OnlineTraining implements AutoCloseable {

    private static final int STATE_FORMAT = 0x4F54_0005;
    /** Before there were codes: the guard's crops have no cameras. */
    private static final int STATE_WITHOUT_CAMERAS = 0x4F54_0004;
    /** Batch statistics need more than one crop. */
    private static final int LEAST_BATCH = 2;

    private static final int REPLAY = 1;
    private static final int BATCH = 2;
    private static final int GUARD = 3;
    private static final int REHEARSAL = 4;

    private final OnlineTrainingSettings settings;
    private final SampleExtractor extractor;
    private final TrainingStep step;
    private final ReplayBuffer<Remembered> replay;
    private final Optional<Guard> guard;
    private final int rehearsed;
    private final TrainingCrops crops;
    /** Rendered crops, a batch of them per step; empty until the first is due. */
    private Optional<CropsAhead<List<TrainingSample>>> rendered = Optional.empty();

    private long labels;
    private long usable;
    private double learnt;
    private long steps;
    private long inUseAt;
    private long predecessorAt;
    private long favourFrom;
    private long favourUntil;

    /** A label in the replay, its number among the usable ones, and the view of its first object. */
    private record Remembered(long number, HeldLabel held, ViewBin view) {

        Remembered(long number, HeldLabel held) {
            this(
                    number,
                    held,
                    ViewBin.of(held.objects().get(0).label().objectToCamera().orElseThrow()));
        }
    }

    /** Starts from given weights, without rehearsal. */
    public OnlineTraining(
            NetworkWeights start, List<ObjectModel> objects, OnlineTrainingSettings settings, Precision precision) {
        this(start, objects, settings, Rehearsal.NONE, precision);
    }

    /**
     * Starts from given weights.
     *
     * @param start the student to be trained
     * @param objects models of all objects that {@code start} knows, by id; others are ignored
     * @param rehearsal what {@code start} was fitted on and should not forget
     * @param precision number format inside the network; the same start gives other weights with another
     * @throws IllegalArgumentException if the model of an object is missing, or {@code start} does not name the objects
     *     that it knows
     */
    public OnlineTraining(
            NetworkWeights start,
            List<ObjectModel> objects,
            OnlineTrainingSettings settings,
            Rehearsal rehearsal,
            Precision precision) {
        this.settings = settings;
        Map<String, ObjectModel> known = new LinkedHashMap<>();
        List<String> classes = start.objects();
        if (classes.isEmpty()) {
            throw new IllegalArgumentException("weights: expected the ids of the objects in the metadata, got none");
        }
        for (String id : classes) {
            ObjectModel model = objects.stream()
                    .filter(o -> o.id().equals(id))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "object '%s' is known to the student, but its model is not among those given"
                                    .formatted(id)));
            start.requireCodes(model);
            known.put(id, model);
        }
        extractor = new SampleExtractor(
                known,
                classes,
                start.cropSize(),
                start.architecture().head(),
                settings.gate(),
                settings.augmentation());
        replay = new ReplayBuffer<>(settings.replayCapacity(), Remembered::view);
        step = new TrainingStep(start, List.copyOf(known.values()), settings.step(), settings.seed(), precision);
        guard = settings.guard().enabled()
                ? Optional.of(
                        new Guard(start, List.copyOf(known.values()), settings.guard(), precision, this::renderedExams))
                : Optional.empty();
        rehearsed = rehearsal.of(settings.batchSize());
        crops = new TrainingCrops(
                List.copyOf(known.values()), start.cropSize(), rehearsal.crops(), mix(settings.seed() + REHEARSAL));
    }

    /** Folds in one label, which counts as one. */
    public Lesson add(Label label) {
        return add(label, 1);
    }

    /**
     * Folds in one label.
     *
     * @param worth how many labels it counts for when due steps are counted, above 0; so fewer labels of the same
     *     stream still make as many steps
     */
    public Lesson add(Label label, double worth) {
        labels++;
        return extractor.hold(label).map(held -> take(held, worth)).orElse(new Lesson(List.of(), Optional.empty()));
    }

    private Lesson take(HeldLabel held, double worth) {
        usable++;
        if (guard.isEmpty()) {
            return new Lesson(learn(held, worth), Optional.empty());
        }
        List<ExamCrop> exams = extractor.exams(held);
        List<Agreement> answers = guard.get().ask(exams);
        Optional<Agreement> agreement = answers.isEmpty() ? Optional.empty() : Optional.of(Agreement.mean(answers));
        if (usable % settings.guard().holdOutEvery() == 0) {
            guard.get().holdOut(exams, answers, random(GUARD, usable));
            return new Lesson(List.of(), agreement);
        }
        return new Lesson(learn(held, worth), agreement);
    }

    private List<StepLosses> learn(HeldLabel held, double worth) {
        replay.add(new Remembered(usable, held), random(REPLAY, usable));
        long before = due(learnt);
        learnt += worth;
        List<StepLosses> done = new ArrayList<>();
        for (long i = before; i < due(learnt); i++) {
            List<TrainingSample> batch = nextBatch(held);
            if (batch.size() >= LEAST_BATCH) {
                done.add(step.step(batch, settings.optimizer().learningRate()));
            }
        }
        return done;
    }

    private long due(double labelsLearnt) {
        return (long) Math.floor(labelsLearnt * settings.stepsPerLabel());
    }

    /** The batch of the next step: first crops of labels, then rendered ones. */
    List<TrainingSample> nextBatch(HeldLabel newest) {
        List<TrainingSample> batch = new ArrayList<>();
        RandomGenerator random = random(BATCH, ++steps);
        int objects = newest.objects().size();
        int fromLabels = settings.batchSize() - rehearsed;
        int fromNewest = Math.min(objects, Math.max(1, fromLabels / 2));
        int first = random.nextInt(objects);
        for (int i = 0; i < fromLabels; i++) {
            HeldLabel label = i < fromNewest ? newest : draw(random).held();
            int object = i < fromNewest
                    ? (first + i) % objects
                    : random.nextInt(label.objects().size());
            extractor.sample(label, label.objects().get(object), random).ifPresent(batch::add);
        }
        if (rehearsed > 0) {
            if (rendered.isEmpty()) {
                rendered = Optional.of(new CropsAhead<>(this::render, steps, 1));
            }
            batch.addAll(rendered.get().take());
        }
        return batch;
    }

    private List<TrainingSample> render(long step) {
        return LongStream.range(step * rehearsed, (step + 1) * rehearsed)
                .mapToObj(number -> extractor.sample(crops.crop(number)))
                .toList();
    }

    /** Crops that are never learnt from: their numbers are below 0, and those of the rehearsal start at 0. */
    private List<ExamCrop> renderedExams() {
        return LongStream.range(-settings.guard().recent(), 0)
                .mapToObj(number -> extractor.exam(crops.crop(number)))
                .toList();
    }

    private Remembered draw(RandomGenerator random) {
        return usable <= favourUntil && random.nextBoolean()
                ? replay.draw(random, remembered -> remembered.number() >= favourFrom)
                : replay.draw(random);
    }

    /**
     * Draws half of the samples from the newest labels, for some labels to come.
     *
     * @param newest this many usable labels so far count as new, and all that come
     * @param labels for how many usable labels this holds
     */
    public void favourNewest(int newest, int labels) {
        favourFrom = usable - newest + 1;
        favourUntil = usable + labels;
    }

    private RandomGenerator random(int purpose, long number) {
        return new SplittableRandom(mix(mix(settings.seed() + purpose) ^ number));
    }

    /** A bijection that spreads neighbouring numbers (the finisher of SplitMix64). */
    private static long mix(long z) {
        long y = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        y = (y ^ y >>> 27) * 0x94D049BB133111EBL;
        return y ^ y >>> 31;
    }

    /** The candidate for use: the average of the weights over the steps, with the start's metadata. */
    public NetworkWeights weights() {
        return step.averagedWeights();
    }

    /**
     * The version in use: the newest candidate that passed {@link #review()}, or the one that a rollback brought back;
     * without a guard the candidate.
     */
    public NetworkWeights inUse() {
        return guard.map(Guard::inUse).orElseGet(this::weights);
    }

    /**
     * Lets the guard review the candidate; if it passes, it is in use from now on. Without a guard it always passes.
     */
    public Review review() {
        if (guard.isEmpty()) {
            return new Review(Review.Verdict.PROMOTED, Map.of(), "no guard");
        }
        Review review = guard.get().review(weights());
        if (review.verdict() == Review.Verdict.PROMOTED) {
            predecessorAt = inUseAt;
            inUseAt = usable;
        }
        return review;
    }

    /**
     * Goes back if the version in use turned out worse than its predecessor on labels held out since its promotion.
     * Then the predecessor is in use again. If the current weights would pass beside it, training goes on from them.
     * Otherwise it goes on from the predecessor's weights, and the labels learnt after these leave the replay. The
     * optimizer keeps its step sizes.
     */
    public Optional<Review> rollback() {
        Optional<Review> review = guard.flatMap(Guard::rollback);
        if (review.isPresent()) {
            inUseAt = predecessorAt;
        }
        if (review.isPresent() && !guard.orElseThrow().passes(weights())) {
            replay.removeIf(remembered -> remembered.number() > inUseAt);
            step.goOnFrom(inUse());
        }
        return review;
    }

    /** Labels folded in so far, including those from which nothing could be learnt. */
    public long labels() {
        return labels;
    }

    /** Steps so far, including those skipped because a number was not finite. */
    public long steps() {
        return steps;
    }

    /** Labels held for repetition. */
    public int replaySize() {
        return replay.size();
    }

    /**
     * Everything that {@link #restore} needs to go on to the same bits; the labels in the replay are saved by
     * reference.
     */
    public byte[] state() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(STATE_FORMAT);
            out.writeLong(labels);
            out.writeLong(usable);
            out.writeDouble(learnt);
            out.writeLong(steps);
            out.writeLong(inUseAt);
            out.writeLong(predecessorAt);
            out.writeLong(favourFrom);
            out.writeLong(favourUntil);
            out.writeInt(replay.size());
            for (Remembered remembered : replay.items()) {
                out.writeLong(remembered.number());
                out.writeInt(remembered.held().reference().partition());
                out.writeLong(remembered.held().reference().offset());
            }
            byte[] guarded = guard.isPresent() ? guard.get().state() : new byte[0];
            out.writeInt(guarded.length);
            out.write(guarded);
            out.write(step.state());
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Goes back to an earlier {@link #state()} of a training with the same start and settings, also to one of the format
     * before this.
     *
     * @param reload gives the labels that the replay held; one that is gone leaves the replay, and from then on the
     *     training equals the undisturbed one no longer to the last bit
     * @return how many labels were gone
     * @throws IllegalArgumentException if the bytes are not such a state
     */
    public int restore(byte[] state, Function<LabelReference, Optional<Label>> reload) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
            int format = in.readInt();
            if (format != STATE_FORMAT && format != STATE_WITHOUT_CAMERAS) {
                throw new IllegalArgumentException("training state: expected format %08x or %08x, got %08x"
                        .formatted(STATE_WITHOUT_CAMERAS, STATE_FORMAT, format));
            }
            labels = in.readLong();
            usable = in.readLong();
            learnt = in.readDouble();
            steps = in.readLong();
            rendered.ifPresent(CropsAhead::close);
            rendered = Optional.empty();
            inUseAt = in.readLong();
            predecessorAt = in.readLong();
            favourFrom = in.readLong();
            favourUntil = in.readLong();
            LabelReference[] places = new LabelReference[in.readInt()];
            long[] numbers = new long[places.length];
            for (int i = 0; i < places.length; i++) {
                numbers[i] = in.readLong();
                places[i] = new LabelReference(in.readInt(), in.readLong());
            }
            Map<LabelReference, HeldLabel> found = new HashMap<>();
            // in the order of the log, which is the fastest to read
            Arrays.stream(places)
                    .sorted(Comparator.comparingInt(LabelReference::partition)
                            .thenComparingLong(LabelReference::offset))
                    .forEach(place ->
                            reload.apply(place).flatMap(extractor::hold).ifPresent(held -> found.put(place, held)));
            List<Remembered> held = IntStream.range(0, places.length)
                    .filter(i -> found.containsKey(places[i]))
                    .mapToObj(i -> new Remembered(numbers[i], found.get(places[i])))
                    .toList();
            replay.replaceAll(held);
            byte[] guarded = in.readNBytes(in.readInt());
            step.restore(in.readAllBytes());
            if (guard.isPresent() && guarded.length > 0) {
                guard.get().restore(guarded, format != STATE_WITHOUT_CAMERAS);
            } else if (guard.isPresent()) {
                guard.get().startFrom(weights());
            }
            return places.length - held.size();
        } catch (IOException e) {
            throw new IllegalArgumentException("training state: ends too early", e);
        }
    }

    @Override
    public void close() {
        rendered.ifPresent(CropsAhead::close);
        guard.ifPresent(Guard::close);
        step.close();
    }
}
