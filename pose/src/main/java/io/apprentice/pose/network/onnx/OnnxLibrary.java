package io.apprentice.pose.network.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.io.File;
import java.io.IOException;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ONNX Runtime's library: from the folder that the system property {@value #FOLDER} names, or unpacked once, where JavaCPP
 * keeps its libraries. By itself it would unpack into the temporary directory in every process, and leave that behind when the
 * process is killed.
 */
final class OnnxLibrary {

    private static final Logger LOG = LoggerFactory.getLogger(OnnxLibrary.class);
    private static final String FOLDER = "onnxruntime.native.path";
    private static final Optional<OrtEnvironment> ENVIRONMENT = load();

    private OnnxLibrary() {}

    /** Empty where there is none for this machine; the log says why, once. */
    static Optional<OrtEnvironment> environment() {
        return ENVIRONMENT;
    }

    private static Optional<OrtEnvironment> load() {
        try {
            if (System.getProperty(FOLDER) == null && !unpack()) {
                LOG.info("No ONNX Runtime for {}: PyTorch answers", Loader.getPlatform());
                return Optional.empty();
            }
            return Optional.of(OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "apprentice"));
        } catch (IOException | LinkageError e) {
            LOG.warn("ONNX Runtime does not load, PyTorch answers: {}", e.toString());
            return Optional.empty();
        }
    }

    private static boolean unpack() throws IOException {
        Optional<String> platform = switch (Loader.getPlatform()) {
            case "linux-x86_64" -> Optional.of("linux-x64");
            case "linux-arm64" -> Optional.of("linux-aarch64");
            default -> Optional.empty();
        };
        if (platform.isEmpty()) {
            return false;
        }
        String folder = "/ai/onnxruntime/native/" + platform.get();
        File runtime = Loader.cacheResource(OrtEnvironment.class, folder + "/libonnxruntime.so");
        Loader.cacheResource(OrtEnvironment.class, folder + "/libonnxruntime4j_jni.so");
        System.setProperty(FOLDER, runtime.getParent());
        return true;
    }
}
