package io.apprentice.pose.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A safetensors file with a network: one that this project wrote, or a plain state dict of the official code, which is
 * recognised by the names and shapes of its tensors. A file with any error is refused as a whole.
 *
 * @param weights the network
 * @param metadata the metadata of the file
 * @param ignored tensors that no forward pass uses: classifier, anchors, batch counters
 * @param bytes size of the file
 * @param sha256 of the file, hexadecimal
 */
public record NetworkFile(
        NetworkWeights weights, Map<String, String> metadata, List<String> ignored, long bytes, String sha256) {

    static final String ARCHITECTURE = "architecture";
    static final String CLASSES = "classes";
    static final String PYRAMID_WIDTH = "pyramid_width";

    private static final String LOGITS = "head.cls_logits.weight";
    private static final String MASK = WdrNetGraph.MASK + ".weight";
    private static final String CODES = WdrNetGraph.CODES + ".weight";
    private static final long FILE_LIMIT = 1L << 30;
    private static final int LARGEST_CROP = 2048;

    /** Copies. */
    public NetworkFile {
        metadata = Map.copyOf(metadata);
        ignored = List.copyOf(ignored);
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it is not a safetensors file, its metadata and tensors disagree, or a tensor is missing,
     *     unknown, of another shape or not finite; the message names file, tensor and both sides
     */
    public static NetworkFile read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("weights: no such file: " + file);
        }
        if (Files.size(file) > FILE_LIMIT) {
            throw new IOException(
                    "weights: %s has %d bytes, the limit is %d".formatted(file, Files.size(file), FILE_LIMIT));
        }
        try {
            return of(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new IOException("weights: " + file + ": " + e.getMessage(), e);
        }
    }

    static NetworkFile of(byte[] bytes) throws IOException {
        SafetensorsFile file = SafetensorsFile.parse(bytes);
        WdrNetArchitecture architecture;
        try {
            architecture = architecture(file);
            checkOurs(file.metadata(), architecture);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        List<TensorSpec> parameters = architecture.parameters();
        List<TensorSpec> buffers = architecture.buffers();
        List<String> ignored = check(file, architecture, parameters, buffers);
        Map<String, String> own = new TreeMap<>(file.metadata());
        List.of(ARCHITECTURE, CLASSES, PYRAMID_WIDTH).forEach(own::remove);
        NetworkWeights weights = new NetworkWeights(architecture, gather(parameters, file), gather(buffers, file), own);
        return new NetworkFile(weights, file.metadata(), ignored, bytes.length, sha256(bytes));
    }

    /** Whether the metadata names the architecture. */
    public boolean saysArchitecture() {
        return metadata.containsKey(ARCHITECTURE);
    }

    /** The architecture by the metadata, or by the tensors where the metadata does not say it. */
    private static WdrNetArchitecture architecture(SafetensorsFile file) throws IOException {
        Map<String, String> metadata = file.metadata();
        SafetensorsFile.Tensor logits =
                file.tensors().getOrDefault(MASK, file.tensors().get(LOGITS));
        if (logits == null || logits.shape().size() != 4) {
            throw new IOException(
                    "tensor '%s': expected [classes, pyramid width, 3, 3], got %s: not a network of this project"
                            .formatted(LOGITS, logits == null ? "none" : logits.shape()));
        }
        int classes = number(metadata, CLASSES).orElse(logits.shape().get(0));
        int width = number(metadata, PYRAMID_WIDTH).orElse(logits.shape().get(1));
        SafetensorsFile.Tensor codes = file.tensors().get(CODES);
        int bits = codes == null ? 0 : codes.shape().get(0) / Math.max(1, classes);
        if (metadata.containsKey(ARCHITECTURE)) {
            return WdrNetArchitecture.named(metadata.get(ARCHITECTURE), classes, width, bits);
        }
        return Stream.of(Backbone.values())
                .map(backbone -> new WdrNetArchitecture(backbone, classes, width, bits, 0, 0))
                .max(Comparator.comparingLong(candidate -> candidate.parameters().stream()
                        .filter(spec -> matches(spec, file))
                        .count()))
                .orElseThrow();
    }

    private static boolean matches(TensorSpec spec, SafetensorsFile file) {
        SafetensorsFile.Tensor tensor = file.tensors().get(spec.name());
        return tensor != null && tensor.shape().equals(spec.shape());
    }

    private static Optional<Integer> number(Map<String, String> metadata, String key) {
        if (!metadata.containsKey(key)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Integer.valueOf(metadata.get(key)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("%s: expected a number, got '%s'".formatted(key, metadata.get(key)), e);
        }
    }

    private static void checkOurs(Map<String, String> metadata, WdrNetArchitecture architecture) {
        String objects = metadata.getOrDefault(NetworkWeights.OBJECTS, "");
        if (!objects.isBlank() && objects.split(",", -1).length != architecture.classes()) {
            throw new IllegalArgumentException("%s: expected %d names, one per class, got '%s'"
                    .formatted(NetworkWeights.OBJECTS, architecture.classes(), objects));
        }
        checkList(metadata, NetworkWeights.BOXES, architecture.classes(), ObjectBox::parse);
        checkList(metadata, NetworkWeights.LOST_BELOW, architecture.classes(), Double::valueOf);
        checkList(metadata, NetworkWeights.DISTANCE, 2, Double::valueOf);
        int step = architecture.cropStep();
        number(metadata, NetworkWeights.CROP_SIZE)
                .filter(size -> size < step || size > LARGEST_CROP || size % step != 0)
                .ifPresent(size -> {
                    throw new IllegalArgumentException("%s: expected a multiple of %d from %d to %d, got %d"
                            .formatted(NetworkWeights.CROP_SIZE, step, step, LARGEST_CROP, size));
                });
    }

    private static void checkList(Map<String, String> metadata, String key, int count, Function<String, ?> parse) {
        String text = metadata.getOrDefault(key, "");
        if (text.isBlank()) {
            return;
        }
        try {
            List<?> values = Stream.of(text.split(",", -1)).map(parse).toList();
            if (values.size() == count) {
                return;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new IllegalArgumentException("%s: expected %d entries of numbers, got '%s'".formatted(key, count, text));
    }

    /** Checks all tensors against the architecture before memory is allocated for any. */
    private static List<String> check(
            SafetensorsFile file,
            WdrNetArchitecture architecture,
            List<TensorSpec> parameters,
            List<TensorSpec> buffers)
            throws IOException {
        List<String> left = new ArrayList<>(new TreeMap<>(file.tensors()).keySet());
        String name = architecture.name();
        for (TensorSpec spec :
                Stream.concat(parameters.stream(), buffers.stream()).toList()) {
            if (!file.tensors().containsKey(spec.name())) {
                throw new IOException("missing tensor '%s' %s of %s".formatted(spec.name(), spec.shape(), name));
            }
            if (!matches(spec, file)) {
                throw new IOException("tensor '%s': expected %s for %s, got %s"
                        .formatted(
                                spec.name(),
                                spec.shape(),
                                name,
                                file.tensors().get(spec.name()).shape()));
            }
            left.remove(spec.name());
        }
        for (String tensor : left) {
            if (!mayBeIgnored(tensor)) {
                throw new IOException("unknown tensor '%s' %s for %s"
                        .formatted(tensor, file.tensors().get(tensor).shape(), name));
            }
        }
        return left;
    }

    /** Whether official checkpoints contain the tensor although no forward pass uses it. */
    private static boolean mayBeIgnored(String name) {
        return name.startsWith("backbone.output.")
                || name.startsWith("anchor_generator.")
                || name.endsWith(".num_batches_tracked")
                || name.equals("head.scales.4.scale");
    }

    private static float[] gather(List<TensorSpec> specs, SafetensorsFile file) throws IOException {
        float[] flat = new float[specs.stream().mapToInt(TensorSpec::size).sum()];
        for (TensorSpec spec : specs) {
            float[] values = file.tensors().get(spec.name()).values();
            double least = spec.name().endsWith(".running_var") ? 0 : -Float.MAX_VALUE;
            for (int i = 0; i < values.length; i++) {
                if (!(values[i] >= least && values[i] <= Float.MAX_VALUE)) {
                    throw new IOException("tensor '%s': expected finite values%s, got %s at index %d"
                            .formatted(spec.name(), least == 0 ? " of at least 0" : "", values[i], i));
                }
            }
            System.arraycopy(values, 0, flat, spec.offset(), spec.size());
        }
        return flat;
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
