package io.apprentice.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.pose.network.TorchRuntime.Place;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MachineTest {

    private static final Place CPU = new Place("cpu", "2.7.1+cpu", "cpu", "from our jars", Optional.empty());

    @Test
    void networks_givenGpuUnused_saysWhatToDo() {
        Place idle = new Place("cpu", "2.7.1+cpu", "cpu", "from our jars", Optional.of("NVIDIA L4 is not used"));
        assertThat(Machine.networks(() -> CPU).toDo()).isEmpty();
        assertThat(Finding.text(List.of(Machine.networks(() -> idle))))
                .isEqualTo("✗ networks  run on cpu (PyTorch 2.7.1+cpu, from our jars): NVIDIA L4 is not used");
    }

    @Test
    void networks_givenWrongLibTorch_saysWhatIsWrong() {
        Finding finding = Machine.networks(() -> {
            throw new IllegalArgumentException("PYTORCH_LIBRARY_PATH: expected libtorch 2.7.1, got 2.6.0");
        });
        assertThat(Finding.text(List.of(finding)))
                .isEqualTo("✗ networks  cannot run: PYTORCH_LIBRARY_PATH: expected libtorch 2.7.1, got 2.6.0");
        assertThat(Finding.json(List.of(finding))).contains("\"ok\" : false", "\"to_do\" : \"PYTORCH_LIBRARY_PATH");
    }

    @Test
    void memory_isEnough_ifHeapAndWhatIsBesideItFit() {
        String meminfo = "MemTotal:       16000000 kB\nMemAvailable:    4194304 kB\n";
        long heap = 3L << 30;
        assertThat(Machine.memory(16L << 30, meminfo, heap).toDo()).isEmpty();
        assertThat(Machine.memory(16L << 30, meminfo, heap + 1).toDo().orElseThrow())
                .contains("APPRENTICE_HEAP");
        assertThat(Machine.memory(2L << 30, meminfo, heap).text()).startsWith("2.0 GiB, 2.0 GiB available");
    }

    @Test
    void cores_nameTheInstructionSetsThatMatter() {
        String cpuinfo = "processor\t: 0\nflags\t\t: fpu sse4_2 avx avx2 avx512f avx512_bf16\n";
        assertThat(Machine.cores(4, cpuinfo).text()).isEqualTo("4, avx2 avx512f avx512_bf16");
        assertThat(Machine.cores(1, "processor\t: 0\n").text()).isEqualTo("1, no AVX2");
    }

    @Test
    void java_onAnotherSystem_isToBeChanged() {
        assertThat(Machine.java("Linux", "amd64").toDo()).isEmpty();
        assertThat(Machine.java("Linux", "aarch64").toDo().orElseThrow()).contains("Linux x86-64");
    }
}
