package io.apprentice.app.command.experiment;

import io.apprentice.app.terminal.Terminal;
import io.apprentice.lab.experiment.LabelFreeExperiment;
import io.apprentice.lab.experiment.LmoExperiment;
import io.apprentice.lab.experiment.Mode;
import io.apprentice.learning.online.Rehearsal;
import io.apprentice.pose.network.NetworkWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice experiment label-free}. */
@Command(
        name = "label-free",
        description = {
            "Students that learn online, without truth, from recorded estimates of real images.",
            "",
            "The first images of LINEMOD-Occluded (lmo under --data) are shown over and over,",
            "with the poses of a published estimator (lmo/recorded-teacher) as labels. Students",
            "and estimator are scored on the last images, which nobody learns from. Kafka is not",
            "involved. Writes runs.csv, table.md and students/. To make a start:",
            "",
            "  fit --out start.safetensors --images 50000 " + LmoExperiment.VIEWS + " \\",
            "      --object obj_000001=lmo/models/obj_000001.ply --object ...",
            "",
        })
final class LabelFreeCommand extends ExperimentCommand {
    @Option(
            names = "--students",
            required = true,
            split = ",",
            paramLabel = "FILE",
            description = "Networks to start from, one per architecture; they know the same objects by BOP's names.")
    private List<Path> students;

    @Option(
            names = "--teacher",
            paramLabel = "NAME",
            defaultValue = "cnos-fastsammegapose_lmo-test",
            description = "The file of estimates. Default: cnos-fastsammegapose_lmo-test.")
    private String teacher;

    @Option(
            names = "--modes",
            split = ",",
            paramLabel = "MODE",
            description = "Ways of learning. Default: none, pairwise, distribution:scale-aware.")
    private List<String> modes = List.of("none", "pairwise", "distribution:scale-aware");

    @Option(
            names = "--learnt",
            paramLabel = "N",
            defaultValue = "70",
            description = "Images to learn from, the first in time. Default: 70.")
    private int learnt;

    @Option(
            names = "--loops",
            paramLabel = "N",
            defaultValue = "20",
            description = "How often they are shown. Default: 20.")
    private int loops;

    @Option(
            names = "--steps-per-label",
            paramLabel = "X",
            defaultValue = "1",
            description = "Gradient steps per image shown. Default: 1.")
    private double stepsPerLabel;

    @Option(
            names = "--rehearsal",
            paramLabel = "X",
            defaultValue = "0",
            description = "Share of each batch that is rendered. Default: 0.")
    private double rehearsal;

    @Option(
            names = "--refine",
            description = "Correct the estimates by the objects' known appearance, as the teacher service does.")
    private boolean refine;

    @Mixin
    private ExampleData data;

    LabelFreeCommand() {
        super("label-free");
    }

    @Override
    String run(Path folder, Terminal terminal, CompletableFuture<Void> stop) throws IOException {
        Path lmo = data.folder("label-free", "lmo");
        List<NetworkWeights> starts = new ArrayList<>();
        for (Path student : students) {
            starts.add(NetworkWeights.read(student));
        }
        LabelFreeExperiment experiment = new LabelFreeExperiment(
                lmo,
                new LabelFreeExperiment.Options(
                        lmo.resolve("recorded-teacher").resolve(teacher + ".csv"),
                        starts,
                        modes.stream().map(Mode::of).toList(),
                        seeds(),
                        learnt,
                        loops,
                        stepsPerLabel,
                        new Rehearsal(rehearsal, LmoExperiment.crops()),
                        refine,
                        folder),
                terminal::line,
                stop::isDone);
        return experiment.run(campaign(terminal, stop));
    }
}
