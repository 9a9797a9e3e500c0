package io.apprentice.pose.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver is a stand-in, compiled from C where there is a compiler. */
class CudaDriverTest {

    private static final String SOURCE = """
            #include <string.h>
            int cuDriverGetVersion(int *version) { *version = VERSION; return 0; }
            int cuInit(unsigned flags) { return flags == 0 ? INIT : 1; }
            int cuDeviceGetCount(int *count) { *count = COUNT; return 0; }
            int cuDeviceGet(int *device, int index) { *device = 40 + index; return 0; }
            int cuDeviceGetName(char *name, int length, int device) {
                strncpy(name, device == 40 ? "NVIDIA H100" : "NVIDIA T4", length);
                return 0;
            }
            int cuDeviceTotalMem_v2(size_t *bytes, int device) { *bytes = 80ull << 30; return 0; }
            int cuDeviceGetAttribute(int *value, int what, int device) { *value = what == 75 ? 9 : what == 76 ? 0 : -1; return 0; }
            """;

    @TempDir
    private Path folder;

    private CudaDriver standIn(int version, int init, int count) throws IOException, InterruptedException {
        Path source = Files.writeString(folder.resolve("cuda.c"), SOURCE);
        String library = folder.resolve("libcuda-%d-%d-%d.so".formatted(version, init, count))
                .toString();
        try {
            Process compiler = new ProcessBuilder(
                            "cc",
                            "-shared",
                            "-fPIC",
                            "-DVERSION=" + version,
                            "-DINIT=" + init,
                            "-DCOUNT=" + count,
                            "-o",
                            library,
                            source.toString())
                    .inheritIO()
                    .start();
            assertThat(compiler.waitFor()).isZero();
        } catch (IOException e) {
            assumeTrue(false, "skipped: no C compiler 'cc' here");
        }
        return CudaDriver.ask(library);
    }

    @Test
    void ask_givenDriverWithTwoDevices_namesThem() throws Exception {
        CudaDriver driver = standIn(12080, 0, 2);
        assertThat(driver.problem()).isEmpty();
        assertThat(driver.gpus())
                .containsExactly(
                        new CudaDriver.Gpu("NVIDIA H100", 80L << 30, 90),
                        new CudaDriver.Gpu("NVIDIA T4", 80L << 30, 90));
        assertThat(driver.gpus().get(0)).hasToString("NVIDIA H100, 80.0 GiB");
    }

    @Test
    void ask_givenDriverThatCannot_saysWhy() throws Exception {
        assertThat(standIn(11040, 0, 1).problem().orElseThrow()).contains("too old", "CUDA 11.4", "12.0");
        assertThat(standIn(12080, 100, 0).problem().orElseThrow()).contains("sees no device", "CUDA_VISIBLE_DEVICES");
        assertThat(standIn(12080, 0, 0).problem().orElseThrow()).contains("sees no device");
        assertThat(standIn(12080, 803, 0).problem().orElseThrow()).contains("error 803", "nvidia-smi");
    }

    @Test
    void ask_givenNoDriver_saysSo() {
        CudaDriver none = CudaDriver.ask("libno-such-driver.so.1");
        assertThat(none.problem().orElseThrow()).contains("no NVIDIA driver", "libno-such-driver.so.1");
        assertThat(none.gpus()).isEmpty();
    }
}
