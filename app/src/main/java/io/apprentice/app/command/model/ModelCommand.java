package io.apprentice.app.command.model;

import io.apprentice.app.command.Version;
import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.network.NetworkFile;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TensorSpec;
import io.apprentice.pose.network.WdrNetArchitecture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code apprentice model}. */
@Command(
        name = "model",
        description = "Inspects and examines network files; tells where a student comes from.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = Version.class,
        subcommands = {ModelCommand.Inspect.class, ModelExamineCommand.class, ModelLineageCommand.class})
public final class ModelCommand {

    /** {@code apprentice model inspect}. */
    @Command(
            name = "inspect",
            description = "Prints what a network file holds: architecture, classes, parameters, metadata, sha256.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    static final class Inspect implements Callable<Integer> {
        @Parameters(
                paramLabel = "FILE",
                description = "Weights (safetensors): ours, or a state dict of the official PyTorch code.")
        private Path file;

        @Override
        public Integer call() throws Exception {
            System.out.println(text(NetworkFile.read(file)));
            return 0;
        }

        private String text(NetworkFile network) {
            NetworkWeights weights = network.weights();
            WdrNetArchitecture architecture = weights.architecture();
            List<String> lines = new ArrayList<>();
            lines.add(file.toString());
            lines.add(row("sha256", network.sha256()));
            lines.add(row("size", grouped(network.bytes()) + " bytes"));
            lines.add(row(
                    "architecture",
                    architecture.name() + (network.saysArchitecture() ? "" : " (recognised by its tensors)")));
            lines.add(row("pyramid width", Integer.toString(architecture.pyramidWidth())));
            if (architecture.codeBits() > 0) {
                lines.add(row("code bits", Integer.toString(architecture.codeBits())));
            }
            lines.add(row(
                    "classes",
                    architecture.classes()
                            + (weights.objects().isEmpty()
                                    ? " (the file does not name them)"
                                    : ": " + String.join(", ", weights.objects()))));
            lines.add(row(
                    "crop size",
                    weights.cropSize()
                            + " pixels"
                            + (weights.metadata().containsKey(NetworkWeights.CROP_SIZE)
                                    ? ""
                                    : " (the official one; the file does not say)")));
            lines.add(row("LOST below", lostBelow(weights)));
            lines.addAll(counts("parameters", architecture.parameters()));
            lines.addAll(counts("statistics", architecture.buffers()));
            lines.add(row("ignored", network.ignored().isEmpty() ? "nothing" : String.join(", ", network.ignored())));
            lines.add(row("metadata", network.metadata().isEmpty() ? "none" : ""));
            new TreeMap<>(network.metadata()).forEach((key, value) -> lines.add(row("  " + key, value)));
            return String.join("\n", lines);
        }

        private static String lostBelow(NetworkWeights weights) {
            String values = weights.objects().stream()
                    .flatMap(id -> weights.lostBelow(id).stream()
                            .mapToObj(value -> String.format(Locale.ROOT, "%s %.2f", id, value)))
                    .collect(Collectors.joining(", "));
            return values.isEmpty()
                    ? String.format(
                            Locale.ROOT, "%.2f in windows (the file does not say)", PoseEstimator.SURE_IN_WINDOWS)
                    : values;
        }

        /** Counts, in all and per part; a tensor's part is the first word of its name. */
        private static List<String> counts(String what, List<TensorSpec> tensors) {
            Map<String, Long> parts = tensors.stream()
                    .collect(Collectors.groupingBy(
                            tensor -> tensor.name().substring(0, tensor.name().indexOf('.')),
                            TreeMap::new,
                            Collectors.summingLong(TensorSpec::size)));
            List<String> lines = new ArrayList<>();
            lines.add(row(
                    what,
                    grouped(parts.values().stream().mapToLong(Long::longValue).sum())));
            parts.forEach((part, count) -> lines.add(row("  " + part, grouped(count))));
            return lines;
        }

        private static String grouped(long number) {
            return String.format(Locale.ROOT, "%,d", number);
        }

        private static String row(String name, String value) {
            return "  %-18s%s".formatted(name, value).stripTrailing();
        }
    }
}
