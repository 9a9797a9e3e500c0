package io.apprentice.app.command;

import io.apprentice.lab.ObjectNetworks;
import io.apprentice.lab.evaluation.BopAnswers;
import io.apprentice.lab.evaluation.BopEvaluation;
import io.apprentice.lab.evaluation.BopReport;
import io.apprentice.lab.evaluation.Calibration;
import io.apprentice.lab.evaluation.Evaluation;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.recordings.bop.BopTargets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code apprentice evaluate}. */
@Command(
        name = "evaluate",
        description = {
            "Measures how accurate a network is, on fresh synthetic frames or on a BOP",
            "dataset, or how accurate recorded estimates are.",
            "",
            "  evaluate --weights FILE                  synthetic frames",
            "  evaluate --weights FILE --bop DIR        a BOP dataset",
            "  evaluate --results FILE.csv --bop DIR    recorded estimates",
            "",
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        versionProvider = Version.class)
public final class EvaluateCommand implements Callable<Integer> {
    private enum Targets {
        LISTED,
        VISIBLE
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private ObjectOptions objects;

    @Option(names = "--weights", paramLabel = "FILE", description = "The network (safetensors).")
    private Path weights;

    @Option(names = "--frames", paramLabel = "N", defaultValue = "300", description = "How many frames. Default: 300.")
    private int frames;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1000", description = "Which scene. Default: 1000.")
    private long seed;

    @Option(
            names = "--precision",
            paramLabel = "FORMAT",
            description = "Number format inside the network: float64, float32 or bfloat16. Default: the fastest here.")
    private Precision precision;

    @Option(names = "--results", paramLabel = "FILE", description = "Recorded estimates (BOP results, csv).")
    private Path results;

    @Option(
            names = "--bop",
            paramLabel = "DIR",
            description = "A BOP dataset: models or models_eval or both, test/SCENE, perhaps test_targets_bop19.json.")
    private Path bop;

    @Option(
            names = "--targets",
            paramLabel = "SET",
            description = "listed (in test_targets_bop19.json) or visible (at least a tenth of it). Default: listed if"
                    + " there is a list.")
    private Targets targets;

    @Option(
            names = "--roi",
            paramLabel = "ROI",
            description =
                    "Where the network searches first: truth (around the true pose) or found (nothing is known). Default:"
                            + " found.")
    private BopAnswers.Roi roi;

    @Option(
            names = "--save-results",
            paramLabel = "FILE",
            description = "Write the network's estimates (BOP results, csv).")
    private Path saveResults;

    @Option(names = "--json", description = "Print JSON; needs --bop.")
    private boolean json;

    @Option(
            names = "--calibration",
            paramLabel = "DIR",
            description =
                    "Report instead how far covariances and LOST can be trusted, on N frames with the objects and N"
                            + " without; DIR gets trials.csv and calibration.svg.")
    private Path calibration;

    @Override
    public Integer call() throws Exception {
        require((weights == null) != (results == null), "expected either --weights or --results");
        require(results == null || bop != null, "--results expected --bop DIR, the dataset that they are for");
        require(
                bop != null || (targets == null && roi == null && saveResults == null && !json),
                "--targets, --roi, --save-results and --json expected --bop DIR");
        require(
                results == null || (roi == null && saveResults == null && precision == null),
                "--roi, --save-results and --precision expected --weights");
        require(bop == null || objects.specs().isEmpty(), "--object does not go with --bop, which brings its objects");
        require(bop == null || calibration == null, "--calibration does not go with --bop");
        if (calibration != null) {
            List<ObjectModel> models = objects.load();
            Calibration measured = Calibration.film(ObjectNetworks.read(weights, models), models, frames, seed);
            measured.write(calibration, "%s, %d frames from seed %d".formatted(weights.getFileName(), frames, seed));
            System.out.print(measured.text());
        } else if (bop == null) {
            List<ObjectModel> models = objects.load();
            System.out.println(Evaluation.onSyntheticFrames(
                            ObjectNetworks.read(weights, models), models, frames, seed, precision())
                    .text());
        } else {
            boolean listed = targets == null ? BopTargets.areListed(bop) : targets == Targets.LISTED;
            BopEvaluation evaluation = new BopEvaluation(bop, listed);
            BopReport report = results != null
                    ? evaluation.ofRecorded(results)
                    : evaluation.ofNetwork(
                            weights,
                            roi == null ? BopAnswers.Roi.FOUND : roi,
                            precision(),
                            Optional.ofNullable(saveResults));
            System.out.println(json ? report.json() : report.text());
        }
        return 0;
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private Precision precision() {
        return Optional.ofNullable(precision).orElseGet(TorchRuntime::fastestPrecision);
    }
}
