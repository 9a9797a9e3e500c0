package io.apprentice.pose.network;

import java.util.Locale;
import java.util.Optional;

/** Explains an engine failure to a user; the engine's own messages are for PyTorch's programmers. */
final class EngineFailure {

    private EngineFailure() {}

    /**
     * The failure to throw.
     *
     * @param work what the engine was doing, such as a batch of crops
     * @return {@code failure} itself if its cause is not known
     */
    static RuntimeException of(RuntimeException failure, String work) {
        String message = String.valueOf(failure.getMessage());
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("out of memory") || lower.contains("can't allocate memory")) {
            return new IllegalStateException(
                    "too little memory on the device for %s; use smaller batches (teacher.batch-size), a smaller network, or end what else runs there: %s"
                            .formatted(work, firstLine(message)),
                    failure);
        }
        if (lower.contains("no kernel image")) {
            return new IllegalStateException(
                    "this libtorch has no code for this GPU, which is too old or too new for it; set device to cpu: "
                            + firstLine(message),
                    failure);
        }
        return failure;
    }

    /** The failure to throw if libtorch itself does not load. */
    static IllegalArgumentException ofLoading(Throwable failure, LibTorch libtorch) {
        Optional<String> folder = NativeLibraries.problem();
        if (folder.isPresent()) {
            return new IllegalArgumentException(
                    "libtorch %s does not load: %s".formatted(libtorch.source(), folder.get()), failure);
        }
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return new IllegalArgumentException(
                "libtorch %s does not load: %s; keep all its libraries together, the wheel's nvidia folder too"
                        .formatted(libtorch.source(), firstLine(String.valueOf(cause.getMessage()))),
                failure);
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }
}
