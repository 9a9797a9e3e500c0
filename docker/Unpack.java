import ai.djl.engine.Engine;
import ai.onnxruntime.OrtEnvironment;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;

/**
 * Run once while an image is built: the native code of our jars into folders where a read-only container finds it. libtorch goes
 * where the engine looks for it (DJL_CACHE_DIR), FFmpeg, OpenCV and ONNX Runtime into the folder of the first argument, for
 * java.library.path and onnxruntime.native.path.
 */
class Unpack {
    public static void main(String[] args) throws Exception {
        Engine.getEngine("PyTorch");
        Path bridges = Path.of(System.getenv("DJL_CACHE_DIR"), "pytorch");
        for (String flavour : List.of("cpu", "cu128")) { // for a libtorch that PYTORCH_LIBRARY_PATH names
            // the versions of libtorch and DJL in pom.xml
            Path folder = Files.createDirectories(bridges.resolve("2.7.1-" + flavour + "-linux-x86_64"));
            try (InputStream bridge =
                    Engine.class.getResourceAsStream("/jnilib/linux-x86_64/" + flavour + "/libdjl_torch.so")) {
                Files.copy(bridge, folder.resolve("0.35.1-libdjl_torch.so"));
            }
        }
        Path folder = Files.createDirectories(Path.of(args[0]));
        for (String name : List.of("javacpp", "openblas", "opencv", "ffmpeg")) {
            // not loaded: that would need the libraries that the final image has
            Path unpacked = Loader.cacheResource("/org/bytedeco/" + name + "/linux-x86_64/").toPath();
            try (Stream<Path> files = Files.list(unpacked)) {
                for (Path file : files.filter(f -> f.getFileName().toString().contains(".so")).toList()) {
                    Path target = folder.resolve(file.getFileName());
                    if (!Files.exists(target)) { // libgfortran is in two of them
                        Files.copy(file, target);
                    }
                }
            }
        }
        for (String name : List.of("libonnxruntime.so", "libonnxruntime4j_jni.so")) {
            try (InputStream library =
                    OrtEnvironment.class.getResourceAsStream("/ai/onnxruntime/native/linux-x64/" + name)) {
                Files.copy(library, folder.resolve(name));
            }
        }
        // JavaCPP loads OpenBLAS under either name
        Files.createSymbolicLink(folder.resolve("libopenblas_nolapack.so.0"), Path.of("libopenblas.so.0"));
    }
}
