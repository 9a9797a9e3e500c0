package io.apprentice.app.command;

import com.sun.management.OperatingSystemMXBean;
import io.apprentice.app.doctor.Finding;
import io.apprentice.app.doctor.Machine;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.network.TorchRuntime.DeviceChoice;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code apprentice doctor}. */
@Command(
        name = "doctor",
        description = "Looks at this machine: what there is, and what to do where something is missing.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class DoctorCommand implements Callable<Integer> {

    @Option(names = "--json", description = "One JSON array, an object for each line.")
    private boolean json;

    @Option(
            names = "--device",
            defaultValue = "auto",
            description = "Where networks are meant to run: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private DeviceChoice device;

    @Override
    public Integer call() throws IOException {
        List<Finding> findings = List.of(
                Machine.java(System.getProperty("os.name"), System.getProperty("os.arch")),
                Machine.memory(
                        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                                .getTotalMemorySize(),
                        Files.readString(Path.of("/proc/meminfo")),
                        Runtime.getRuntime().maxMemory()),
                Machine.cores(Runtime.getRuntime().availableProcessors(), Files.readString(Path.of("/proc/cpuinfo"))),
                Machine.networks(() -> {
                    TorchRuntime.use(device);
                    return TorchRuntime.place();
                }));
        System.out.println(json ? Finding.json(findings) : Finding.text(findings));
        return findings.stream().allMatch(Finding::ok) ? 0 : 1;
    }
}
