package io.apprentice.app.command;

import io.apprentice.app.doctor.Doctor;
import io.apprentice.app.doctor.Finding;
import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.app.terminal.TerminalAppender;
import io.apprentice.pose.network.TorchRuntime.DeviceChoice;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice doctor}. */
@Command(
        name = "doctor",
        description = {
            "Looks at all that 'up' would run with the same options, and at this machine:",
            "what there is, and what to do where something is missing. Starts nothing."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all is well", "1:something is to be done", "2:wrong usage or a wrong setting"},
        versionProvider = Version.class)
public final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private RunOptions run;

    @Option(names = "--json", description = "One JSON array, an object for each line.")
    private boolean json;

    @Option(
            names = "--device",
            description = "Where networks are meant to run: ${COMPLETION-CANDIDATES}. Default: teacher.device.")
    private DeviceChoice device;

    @Override
    public Integer call() {
        ApprenticeSettings settings = run.settings();
        TerminalAppender.quiet(true);
        try {
            List<Finding> findings =
                    Doctor.examine(settings, device == null ? settings.teacher().device() : device);
            System.out.println(json ? Finding.json(findings) : Finding.text(findings));
            return findings.stream().allMatch(Finding::ok) ? 0 : 1;
        } finally {
            TerminalAppender.quiet(false);
        }
    }
}
