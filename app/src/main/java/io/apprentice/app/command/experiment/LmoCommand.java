package io.apprentice.app.command.experiment;

import io.apprentice.app.terminal.Terminal;
import io.apprentice.lab.experiment.Campaign;
import io.apprentice.lab.experiment.LmoExperiment;
import io.apprentice.pose.network.NetworkWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice experiment lmo}. */
@Command(
        name = "lmo",
        description = {
            "Students fitted offline on synthetic crops, tested on LINEMOD-Occluded's images.",
            "",
            "All budgets are equal. Teacher and students search for their objects in the real",
            "test images (lmo under --data), first around the true pose (truth), then with",
            "nothing known (found), and in rendered crops. The tables show how often they",
            "are right, and how far their votes are off. Recorded estimators, in",
            "lmo/recorded-teacher, are scored likewise. Writes runs.csv, table.md and",
            "students/. To make a teacher:",
            "",
            "  fit --out teacher.safetensors --images 100000 \\",
            "      " + LmoExperiment.VIEWS + " \\",
            "      --backgrounds PHOTOS \\",
            "      --object obj_000001=lmo/models/obj_000001.ply --object ...",
            "",
        })
final class LmoCommand extends ExperimentCommand {
    @Option(
            names = "--teacher",
            required = true,
            paramLabel = "FILE",
            description =
                    "A network that knows objects of lmo by BOP's names, such as obj_000001; students learn the same.")
    private Path teacher;

    @Option(
            names = "--student",
            paramLabel = "FILE",
            description = "Weights that all students go on from; they know the same objects. Default: untrained.")
    private Path student;

    @Option(
            names = "--modes",
            split = ",",
            paramLabel = "MODE",
            description = {
                "What students take from the teacher beside the truth: none, pairwise, feature, distribution, or several",
                "with a plus. Default: none, pairwise, feature, distribution, distribution+feature."
            })
    private List<String> modes = List.of("none", "pairwise", "feature", "distribution", "distribution+feature");

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Crops that each student sees. Default: 100000.")
    private long images;

    @Option(
            names = "--rendered",
            paramLabel = "N",
            defaultValue = "100",
            description = "Rendered crops per object to evaluate networks on, beside the images. Default: 100.")
    private int rendered;

    @Option(
            names = "--backgrounds",
            paramLabel = "DIR",
            description = "Pictures to use behind crops beside drawn ones, as with fit.")
    private Path backgrounds;

    @Mixin
    private ExampleData data;

    LmoCommand() {
        super("lmo");
    }

    @Override
    String run(Path folder, Terminal terminal, CompletableFuture<Void> stop) throws IOException {
        Campaign campaign = campaign(terminal, stop);
        Optional<NetworkWeights> start = student == null ? Optional.empty() : Optional.of(NetworkWeights.read(student));
        LmoExperiment experiment = new LmoExperiment(
                data.folder("lmo", "lmo"),
                NetworkWeights.read(teacher),
                new LmoExperiment.Options(
                        modes, seeds(), images, 64, start, rendered, Optional.ofNullable(backgrounds), folder));
        return experiment.run(campaign, terminal, stop);
    }
}
