package io.apprentice.learning.step;

import io.apprentice.pose.alignment.Alignment;
import io.apprentice.pose.loss.FeatureLoss;
import io.apprentice.pose.loss.PatchLoss;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.TrainableWdrNet;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.LocalHead;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Makes one gradient step after another: forward pass, losses with closed-form gradients, backward pass, clipped AdamW,
 * running average of the weights. Deterministic: the same start, seed and batches give the same weights on the same
 * kind of machine. Not thread-safe.
 */
public final class TrainingStep implements AutoCloseable {

    private final TrainableWdrNet network;
    private final NetworkWeights start;
    private final TrainingSettings settings;
    private final long seed;
    private final Precision precision;
    private final float[] parameters;
    private final float[] buffers;
    private final float[] average;
    private final float[] averageBuffers;
    private final AdamW optimizer;
    private final int size;
    private final LocalLosses local;
    private long steps;

    /**
     * Compiles the training graph.
     *
     * @param start weights to begin with; not modified
     * @param objects the objects in the order of the network's classes
     * @param seed of the choice of positive cells
     */
    public TrainingStep(
            NetworkWeights start,
            List<ObjectModel> objects,
            TrainingSettings settings,
            long seed,
            Precision precision) {
        if (objects.size() != start.architecture().classes()) {
            throw new IllegalArgumentException("objects: expected %d, one per class, got %d"
                    .formatted(start.architecture().classes(), objects.size()));
        }
        this.start = start;
        this.settings = settings;
        this.seed = seed;
        this.precision = precision;
        parameters = start.parameters().clone();
        buffers = start.buffers().clone();
        average = start.parameters().clone();
        averageBuffers = start.buffers().clone();
        optimizer = new AdamW(parameters.length);
        size = start.cropSize();
        LocalHead head = start.architecture().head();
        local = start.architecture().codeBits() == 0
                ? new VoteLosses(head.grid(size, size), objects, settings)
                : new CodeLosses(head.grid(size, size), objects.size(), head.numbers(), settings);
        network = new TrainableWdrNet(start.architecture(), precision);
    }

    /** Number format inside the network. */
    public Precision precision() {
        return precision;
    }

    /** Gradient steps so far, including skipped ones. */
    public long steps() {
        return steps;
    }

    /**
     * One step. A loss or gradient that is not finite changes nothing but the step count.
     *
     * @param batch at least two samples (batch statistics need more than one)
     */
    public StepLosses step(List<TrainingSample> batch, double learningRate) {
        int cropBytes = size * size * 3;
        byte[] rgb = new byte[batch.size() * cropBytes];
        for (int i = 0; i < batch.size(); i++) {
            System.arraycopy(batch.get(i).rgb(), 0, rgb, i * cropBytes, cropBytes);
        }
        SplittableRandom random = new SplittableRandom(seed ^ (steps * 0x9e3779b97f4a7c15L));
        BatchLoss loss = new BatchLoss(batch, random);
        float[] newBuffers = buffers.clone();
        float[] gradient = network.gradient(parameters, newBuffers, rgb, batch.size(), size, loss::gradient);
        double norm = AdamW.norm(gradient);
        boolean finite = Double.isFinite(norm) && Double.isFinite(loss.total());
        steps++;
        local.endStep(finite);
        if (finite) {
            System.arraycopy(newBuffers, 0, buffers, 0, buffers.length);
            double scale = norm > settings.clip() ? settings.clip() / norm : 1;
            optimizer.step(parameters, gradient, scale, learningRate, settings.weightDecay());
            // a short average at first, so that it does not remember the start for long
            float keep = (float) Math.min(settings.averaging(), (1.0 + steps) / (10.0 + steps));
            blend(average, keep, parameters);
            blend(averageBuffers, keep, buffers);
        }
        return new StepLosses(
                loss.segmentation, loss.regression, loss.alignment, loss.features, loss.patches, norm, finite);
    }

    /** The newest weights. */
    public NetworkWeights weights() {
        return new NetworkWeights(start.architecture(), parameters.clone(), buffers.clone(), start.metadata());
    }

    /** The average over the recent steps, of the weights and of the normalisation's statistics. */
    public NetworkWeights averagedWeights() {
        return new NetworkWeights(start.architecture(), average.clone(), averageBuffers.clone(), start.metadata());
    }

    private static void blend(float[] average, float keep, float[] newest) {
        for (int i = 0; i < average.length; i++) {
            average[i] = keep * average[i] + (1 - keep) * newest[i];
        }
    }

    /** Goes on from other weights of the same network; the optimizer keeps what it knows of the gradients. */
    public void goOnFrom(NetworkWeights weights) {
        System.arraycopy(weights.parameters(), 0, parameters, 0, parameters.length);
        System.arraycopy(weights.parameters(), 0, average, 0, average.length);
        System.arraycopy(weights.buffers(), 0, buffers, 0, buffers.length);
        System.arraycopy(weights.buffers(), 0, averageBuffers, 0, buffers.length);
    }

    /** Everything needed to go on, bit for bit. */
    public byte[] state() {
        ByteBuffer state = ByteBuffer.allocate(stateBytes());
        state.putLong(steps);
        AdamW.putFloats(state, parameters);
        AdamW.putFloats(state, buffers);
        AdamW.putFloats(state, average);
        AdamW.putFloats(state, averageBuffers);
        AdamW.putFloats(state, local.memory());
        optimizer.write(state);
        return state.array();
    }

    /**
     * Goes back to an earlier {@link #state()}.
     *
     * @throws IllegalArgumentException if the state is of another network
     */
    public void restore(byte[] state) {
        if (state.length != stateBytes()) {
            throw new IllegalArgumentException(
                    "training state: expected %d bytes, got %d".formatted(stateBytes(), state.length));
        }
        ByteBuffer source = ByteBuffer.wrap(state);
        try {
            steps = source.getLong();
            AdamW.getFloats(source, parameters);
            AdamW.getFloats(source, buffers);
            AdamW.getFloats(source, average);
            AdamW.getFloats(source, averageBuffers);
            AdamW.getFloats(source, local.memory());
            optimizer.read(source);
        } catch (BufferUnderflowException e) {
            throw new IllegalStateException("the length was checked", e);
        }
    }

    private int stateBytes() {
        return Long.BYTES
                + Float.BYTES * (2 * (parameters.length + buffers.length) + local.memory().length)
                + optimizer.stateBytes();
    }

    @Override
    public void close() {
        network.close();
    }

    /** The losses of one batch, and their gradient with respect to the network's outputs. */
    private final class BatchLoss {

        private final List<TrainingSample> batch;
        private final SplittableRandom random;
        private double segmentation;
        private double regression;
        private double alignment;
        private double features;
        private double patches;

        BatchLoss(List<TrainingSample> batch, SplittableRandom random) {
            this.batch = batch;
            this.random = random;
        }

        double total() {
            return segmentation + regression + alignment + features + patches;
        }

        TrainableWdrNet.Outputs gradient(TrainableWdrNet.Outputs outputs) {
            TrainableWdrNet.Outputs gradient = outputs.zeros();
            List<LocalLosses.Aligned> aligned = new ArrayList<>();
            for (int i = 0; i < batch.size(); i++) {
                add(i, outputs, gradient).ifPresent(aligned::add);
            }
            for (AlignmentSettings alignmentSettings : settings.alignments()) {
                alignmentSettings.loss().ifPresent(loss -> align(loss, alignmentSettings, aligned, gradient));
            }
            return gradient;
        }

        private void align(
                Alignment loss,
                AlignmentSettings how,
                List<LocalLosses.Aligned> aligned,
                TrainableWdrNet.Outputs gradient) {
            List<Alignment.Result> results = loss.measure(
                    aligned.stream().map(LocalLosses.Aligned::predictions).toList(), how.threads());
            for (int i = 0; i < results.size(); i++) {
                alignment += how.lambda() * results.get(i).value();
                aligned.get(i).addGradient(results.get(i), how.lambda(), gradient);
            }
        }

        /** Adds all losses of one crop except the alignment; returns what is to be aligned. */
        private Optional<LocalLosses.Aligned> add(
                int item, TrainableWdrNet.Outputs outputs, TrainableWdrNet.Outputs gradient) {
            TrainingSample sample = batch.get(item);
            LocalLosses.Learnt learnt = local.add(new LocalLosses.Item(sample, item, outputs, gradient, random));
            segmentation += learnt.segmentation();
            regression += learnt.regression();
            if (sample.features().length > 0 && settings.features() > 0) {
                int channels = start.architecture().features();
                features += settings.features()
                        * FeatureLoss.addTo(
                                local.grid(),
                                channels,
                                outputs.features(),
                                item * outputs.cells() * channels,
                                sample.features(),
                                settings.features(),
                                gradient.features());
            }
            if (start.architecture().patches() > 0 && sample.surface().length > 0 && settings.patches() > 0) {
                patches += settings.patches()
                        * PatchLoss.addTo(
                                outputs.patches(),
                                item
                                        * outputs.patchCells()
                                        * start.architecture().patches(),
                                start.architecture().patches(),
                                sample.surface(),
                                settings.patches(),
                                gradient.patches());
            }
            return learnt.aligned();
        }
    }
}
