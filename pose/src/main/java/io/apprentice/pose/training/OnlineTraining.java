package io.apprentice.pose.training;

import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.object.ObjectModel;
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
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Training as a fold: the student after n labels is a function of the start weights, the settings and the first n labels, on the same
 * kind of machine to the last bit.
 *
 * <p>A label from which something can be learnt goes into the replay and makes {@code steps-per-label} gradient steps due. A batch
 * holds the newest label's objects and draws from the replay. No generator lives from step to step: each is made anew from the seed
 * and the number of the label or step, so there is no generator's state to save. Not thread-safe.
 */
public final class OnlineTraining implements AutoCloseable {

    private static final int STATE_FORMAT = 0x4F54_0001;
    /** Batch statistics need more than one crop. */
    private static final int LEAST_BATCH = 2;

    private static final int REPLAY = 1;
    private static final int BATCH = 2;

    private final OnlineTrainingSettings settings;
    private final SampleExtractor extractor;
    private final TrainingStep step;
    private final ReplayBuffer<HeldLabel> replay;
    private long labels;
    private long usable;
    private long steps;

    /**
     * Starts from given weights.
     *
     * @param start the student to be trained
     * @param objects models of all objects that {@code start} knows, by id; others are ignored
     * @param precision number format inside the network; the same start gives other weights with another
     * @throws IllegalArgumentException if the model of an object is missing, or {@code start} does not say which objects it knows
     */
    public OnlineTraining(
            NetworkWeights start, List<ObjectModel> objects, OnlineTrainingSettings settings, Precision precision) {
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
            known.put(id, model);
        }
        extractor = new SampleExtractor(known, classes, start.cropSize(), settings.gate(), settings.augmentation());
        replay = new ReplayBuffer<>(settings.replayCapacity());
        step = new TrainingStep(start, List.copyOf(known.values()), settings.step(), settings.seed(), precision);
    }

    /**
     * Folds one label in.
     *
     * @return the steps done, none if nothing can be learnt from the label or no step is due
     */
    public List<StepLosses> add(Label label) {
        labels++;
        return extractor.hold(label).map(this::learn).orElse(List.of());
    }

    private List<StepLosses> learn(HeldLabel held) {
        long before = due(usable);
        usable++;
        replay.add(held, random(REPLAY, usable));
        List<StepLosses> done = new ArrayList<>();
        for (long i = before; i < due(usable); i++) {
            steps++;
            List<TrainingSample> batch = batch(held, random(BATCH, steps));
            if (batch.size() >= LEAST_BATCH) {
                done.add(step.step(batch, settings.optimizer().learningRate()));
            }
        }
        return done;
    }

    private long due(long numberOfLabels) {
        return (long) Math.floor(numberOfLabels * settings.stepsPerLabel());
    }

    private List<TrainingSample> batch(HeldLabel newest, RandomGenerator random) {
        List<TrainingSample> batch = new ArrayList<>();
        int objects = newest.objects().size();
        int fromNewest = Math.min(objects, Math.max(1, settings.batchSize() / 2));
        int first = random.nextInt(objects);
        for (int i = 0; i < settings.batchSize(); i++) {
            HeldLabel label = i < fromNewest ? newest : replay.draw(random);
            int object = i < fromNewest
                    ? (first + i) % objects
                    : random.nextInt(label.objects().size());
            extractor.sample(label, label.objects().get(object), random).ifPresent(batch::add);
        }
        return batch;
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

    /** What to publish: the average of the weights over the steps, with the start's metadata. */
    public NetworkWeights weights() {
        return step.averagedWeights();
    }

    /** Labels folded in so far, those from which nothing could be learnt included. */
    public long labels() {
        return labels;
    }

    /** Steps so far, those passed over because a number was not finite included. */
    public long steps() {
        return steps;
    }

    /** Labels held for repetition. */
    public int replaySize() {
        return replay.size();
    }

    /** Everything that {@link #restore} needs to go on to the same bits, the labels in the replay by reference. */
    public byte[] state() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(STATE_FORMAT);
            out.writeLong(labels);
            out.writeLong(usable);
            out.writeLong(steps);
            out.writeInt(replay.size());
            for (HeldLabel held : replay.items()) {
                out.writeInt(held.reference().partition());
                out.writeLong(held.reference().offset());
            }
            out.write(step.state());
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Goes back to an earlier {@link #state()} of a training with the same start and settings.
     *
     * @param reload gives the labels that the replay held; one that is gone leaves the replay, and from there on the training is
     *     no longer the undisturbed one's to the last bit
     * @return how many labels were gone
     * @throws IllegalArgumentException if these bytes are no such state
     */
    public int restore(byte[] state, Function<LabelReference, Optional<Label>> reload) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
            int format = in.readInt();
            if (format != STATE_FORMAT) {
                throw new IllegalArgumentException(
                        "training state: expected format %08x, got %08x".formatted(STATE_FORMAT, format));
            }
            labels = in.readLong();
            usable = in.readLong();
            steps = in.readLong();
            LabelReference[] places = new LabelReference[in.readInt()];
            for (int i = 0; i < places.length; i++) {
                places[i] = new LabelReference(in.readInt(), in.readLong());
            }
            Map<LabelReference, HeldLabel> found = new HashMap<>();
            // in the order of the log, which is the quick one to read
            Arrays.stream(places)
                    .sorted(Comparator.comparingInt(LabelReference::partition)
                            .thenComparingLong(LabelReference::offset))
                    .forEach(place ->
                            reload.apply(place).flatMap(extractor::hold).ifPresent(held -> found.put(place, held)));
            List<HeldLabel> held = Arrays.stream(places)
                    .map(found::get)
                    .filter(Objects::nonNull)
                    .toList();
            replay.replaceAll(held);
            step.restore(in.readAllBytes());
            return places.length - held.size();
        } catch (IOException e) {
            throw new IllegalArgumentException("training state: ends too early", e);
        }
    }

    @Override
    public void close() {
        step.close();
    }
}
