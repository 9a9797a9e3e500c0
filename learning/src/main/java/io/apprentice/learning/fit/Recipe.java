package io.apprentice.learning.fit;

import io.apprentice.learning.step.AlignmentSetting;
import io.apprentice.learning.step.AlignmentSettings;
import io.apprentice.learning.step.TrainingSettings;
import io.apprentice.scene.CropSettings;
import java.util.List;

/** Losses and schedule of an offline training, and the settings that go with them unless others are given. */
public enum Recipe {

    /**
     * Our own. It has the surface-patch loss: without it, training from scratch stays on a plateau where the votes are
     * their mean. It averages the weights, so that they swing less from one report to the next. The rate rises linearly
     * over the first twentieth of the budget and then falls linearly to almost nothing.
     */
    OURS(0.002, 128, CropSettings.DEFAULT.wideShare(), AlignmentSetting.SCALE_AWARE, 1, 0.998) {
        @Override
        double rate(double done) {
            return Math.max(0.001, Math.min(done / WARM_UP, (1 - done) / (1 - WARM_UP)));
        }
    },

    /**
     * That of the official code. It has no surface-patch loss, and the last weights are the result. The rate is that of
     * PyTorch's OneCycleLR over 10,100 steps, stretched over the budget: it rises from 1/25 over the first twentieth
     * and then falls towards 1/250,000. The official code makes only 10,000 of these steps, so the last one ends a
     * hundredth of the way short.
     *
     * @see "maths/wdrnet-maths.md sections 4, 6 and 7"
     */
    OFFICIAL(0.001, 256, 0, AlignmentSetting.OFFICIAL, 0, 0) {
        @Override
        double rate(double done) {
            double first = 1 / 25.0;
            double last = first / 10_000;
            double step = 10_000 * done;
            double top = WARM_UP * 10_100 - 1;
            double end = 10_100 - 1;
            return step < top ? first + (1 - first) * step / top : 1 + (last - 1) * (step - top) / (end - top);
        }
    };

    private static final double WARM_UP = 0.05;

    private final double learningRate;
    private final int cropSize;
    private final double wideShare;
    private final AlignmentSetting alignment;
    private final double patches;
    private final double averaging;

    Recipe(
            double learningRate,
            int cropSize,
            double wideShare,
            AlignmentSetting alignment,
            double patches,
            double averaging) {
        this.learningRate = learningRate;
        this.cropSize = cropSize;
        this.wideShare = wideShare;
        this.alignment = alignment;
        this.patches = patches;
        this.averaging = averaging;
    }

    /**
     * The learning rate, as a share of the highest.
     *
     * @param done share of the budget that is spent, 0 to 1
     */
    abstract double rate(double done);

    /** The losses, with these terms of a teacher beside the truth; without a teacher an empty list and 0. */
    public TrainingSettings losses(List<AlignmentSettings> alignments, double features) {
        return new TrainingSettings(0.1, 1, alignments, features, patches, 1e-4, 1, averaging);
    }

    /** Highest learning rate. */
    public double learningRate() {
        return learningRate;
    }

    /** Side of the crops, pixels, unless a teacher prescribes its own. */
    public int cropSize() {
        return cropSize;
    }

    /** Share of wide crops, as in {@link CropSettings}. */
    public double wideShare() {
        return wideShare;
    }

    /** How distributions are aligned with a teacher's. */
    public AlignmentSetting alignment() {
        return alignment;
    }

    /** Whether the recipe needs labels of surface patches. */
    boolean hasPatches() {
        return patches > 0;
    }
}
