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
 * ONNX Runtime's library. It is unpacked once, where JavaCPP keeps its libraries; by itself it would unpack into the temporary
 * directory in every process, and leave that behind when the process is killed.
 */
final class OnnxLibrary {

    private static final Logger LOG = LoggerFactory.getLogger(OnnxLibrary.class);
    private static final Optional<OrtEnvironment> ENVIRONMENT = load();

    private OnnxLibrary() {}

    /** Empty where there is none for this machine; the log says why, once. */
    static Optional<OrtEnvironment> environment() {
        return ENVIRONMENT;
    }

    private static Optional<OrtEnvironment> load() {
        String folder = "/ai/onnxruntime/native/linux-" + (Loader.getPlatform().endsWith("arm64") ? "aarch64" : "x64");
        try {
            File runtime = Loader.cacheResource(OrtEnvironment.class, folder + "/libonnxruntime.so");
            File binding = Loader.cacheResource(OrtEnvironment.class, folder + "/libonnxruntime4j_jni.so");
            if (runtime == null || binding == null || !Loader.getPlatform().startsWith("linux-")) {
                LOG.info("No ONNX Runtime for {}: PyTorch answers", Loader.getPlatform());
                return Optional.empty();
            }
            System.setProperty("onnxruntime.native.path", runtime.getParent());
            return Optional.of(OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "apprentice"));
        } catch (IOException | LinkageError e) {
            LOG.warn("ONNX Runtime does not load, PyTorch answers: {}", e.toString());
            return Optional.empty();
        }
    }
}
