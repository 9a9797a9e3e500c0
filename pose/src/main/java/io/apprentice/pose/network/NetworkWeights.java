package io.apprentice.pose.network;

import io.apprentice.pose.code.SurfaceCodebook;
import io.apprentice.pose.object.ObjectModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A network's weights: parameters and buffers, each one flat vector in the order of
 * {@link WdrNetArchitecture#parameters()} and {@link WdrNetArchitecture#buffers()}, and the metadata of a model file.
 *
 * @param architecture the network's shape
 * @param parameters trained numbers; not copied, not modified
 * @param buffers running statistics; not copied, not modified
 * @param metadata free text by key, without the keys that describe the architecture; the constants here are ours
 */
public record NetworkWeights(
        WdrNetArchitecture architecture, float[] parameters, float[] buffers, Map<String, String> metadata) {

    /** Metadata: object ids in the order of the classes, separated by commas. */
    public static final String OBJECTS = "objects";
    /** Metadata: side of the square crops that the network was trained on, pixels. */
    public static final String CROP_SIZE = "crop_size";
    /** Metadata: the boxes of the objects that it was fitted on, in the order of the classes: {@link ObjectBox}. */
    public static final String BOXES = "boxes";
    /** Metadata: nearest and farthest distance in the pictures that it was fitted on, diameters of the object. */
    public static final String DISTANCE = "distance";
    /** Metadata: per class, what the surest cell must reach where an object was searched for, or it is LOST. */
    public static final String LOST_BELOW = "lost_below";

    /** Metadata of a dense network: the hashes of the objects' codes, in the order of the classes. */
    public static final String CODES = "codes";

    /**
     * Checks lengths.
     *
     * @throws IllegalArgumentException naming both sides if they disagree
     */
    public NetworkWeights {
        metadata = Map.copyOf(metadata);
        requireLength("parameters", size(architecture.parameters()), parameters.length);
        requireLength("buffers", size(architecture.buffers()), buffers.length);
    }

    private static void requireLength(String what, int expected, int got) {
        if (expected != got) {
            throw new IllegalArgumentException("%s: expected %d, got %d".formatted(what, expected, got));
        }
    }

    private static int size(List<TensorSpec> tensors) {
        return tensors.stream().mapToInt(TensorSpec::size).sum();
    }

    /**
     * Untrained weights: the official initialisation (kaiming-uniform for pyramid, normal 0.01 for the head, the focal prior
     * for the logits; kaiming-uniform for the backbone).
     */
    public static NetworkWeights initial(WdrNetArchitecture architecture, long seed, Map<String, String> metadata) {
        List<TensorSpec> tensors = architecture.parameters();
        float[] parameters = new float[size(tensors)];
        SplittableRandom random = new SplittableRandom(seed);
        for (TensorSpec tensor : tensors) {
            initialise(tensor, parameters, random);
        }
        float[] buffers = new float[size(architecture.buffers())];
        for (TensorSpec tensor : architecture.buffers()) {
            if (tensor.name().endsWith("running_var")) {
                Arrays.fill(buffers, tensor.offset(), tensor.offset() + tensor.size(), 1);
            }
        }
        return new NetworkWeights(architecture, parameters, buffers, metadata);
    }

    private static void initialise(TensorSpec tensor, float[] target, SplittableRandom random) {
        String name = tensor.name();
        int end = tensor.offset() + tensor.size();
        if (tensor.shape().size() == 4) {
            int fanIn = tensor.size() / tensor.shape().get(0);
            // gain for the leaky ReLU 0.1 of units; the pyramid is linear (a = 1), hence bound sqrt(3 / fan in)
            double bound = Math.sqrt((name.endsWith(".conv.weight") ? 6 / 1.01 : 3) / fanIn);
            for (int i = tensor.offset(); i < end; i++) {
                target[i] = (float)
                        (name.startsWith("head.")
                                ? 0.01 * random.nextGaussian()
                                : bound * (2 * random.nextDouble() - 1));
            }
        } else if (name.endsWith(".weight") || name.endsWith(".scale")) {
            Arrays.fill(target, tensor.offset(), end, 1);
        } else if (name.equals("head.cls_logits.bias")) {
            Arrays.fill(target, tensor.offset(), end, (float) -Math.log(0.99 / 0.01));
        }
    }

    /** Ids of the objects in the order of the classes; empty if the file does not say. */
    public List<String> objects() {
        return list(OBJECTS);
    }

    /** Side of the crops that the network was trained on, pixels; 256, the official one, if the file does not say. */
    public int cropSize() {
        return Integer.parseInt(metadata.getOrDefault(CROP_SIZE, "256"));
    }

    /** The boxes of the objects in the order of the classes; empty if the file does not say. */
    public List<ObjectBox> boxes() {
        return list(BOXES).stream().map(ObjectBox::parse).toList();
    }

    /** The same weights, with the boxes of these objects, which are those of the classes, in their order. */
    public NetworkWeights withBoxes(List<ObjectModel> objects) {
        return with(
                BOXES,
                objects.stream().map(object -> ObjectBox.of(object).text()).collect(Collectors.joining(",")));
    }

    /** The same weights, with the hashes of the codes of these objects, which are those of the classes, if the network is dense. */
    public NetworkWeights withCodes(List<ObjectModel> objects) {
        int bits = architecture.codeBits();
        return bits == 0
                ? this
                : with(
                        CODES,
                        objects.stream()
                                .map(object ->
                                        SurfaceCodebook.of(object.mesh(), bits).sha256())
                                .collect(Collectors.joining(",")));
    }

    /**
     * Checks that a dense network was fitted on this object's codes; passes if the file does not say.
     *
     * @throws IllegalArgumentException if it was fitted on those of another surface
     */
    public void requireCodes(ObjectModel object) {
        List<String> known = list(CODES);
        int index = objects().indexOf(object.id());
        if (index < 0 || index >= known.size()) {
            return;
        }
        String own = SurfaceCodebook.of(object.mesh(), architecture.codeBits()).sha256();
        if (!own.equals(known.get(index))) {
            throw new IllegalArgumentException(
                    "object '%s': expected the surface that the network was fitted on, with codes %.12s..., got one with %.12s..."
                            .formatted(object.id(), known.get(index), own));
        }
    }

    /** Nearest and farthest distance of the fit in diameters; empty if the file does not say. */
    public List<Double> distances() {
        return list(DISTANCE).stream().map(Double::valueOf).toList();
    }

    /** What the surest cell of an object must reach where it was searched for; empty if the file does not say. */
    public OptionalDouble lostBelow(String object) {
        List<String> values = list(LOST_BELOW);
        int index = objects().indexOf(object);
        return index < 0 || values.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(Double.parseDouble(values.get(index)));
    }

    private List<String> list(String key) {
        String text = metadata.getOrDefault(key, "");
        return text.isBlank() ? List.of() : List.of(text.split(",", -1));
    }

    /** The same weights with one more entry in their metadata, or another value there. */
    public NetworkWeights with(String key, String value) {
        Map<String, String> all = new HashMap<>(metadata);
        all.put(key, value);
        return withMetadata(all);
    }

    /** The same weights with other metadata. */
    public NetworkWeights withMetadata(Map<String, String> other) {
        return new NetworkWeights(architecture, parameters, buffers, other);
    }

    /**
     * These weights as the start of another network, such as one for other objects: tensors with the same name and
     * shape are copied, the rest is untrained.
     *
     * @return this object if it already has that architecture
     * @throws IllegalArgumentException naming both architectures if they share no backbone
     */
    public NetworkWeights asStartOf(WdrNetArchitecture target, long seed) {
        if (target.equals(architecture)) {
            return this;
        }
        if (target.backbone() != architecture.backbone()) {
            throw new IllegalArgumentException(
                    "start: expected a network like %s, got %s".formatted(target.name(), architecture.name()));
        }
        NetworkWeights start = initial(target, seed, metadata);
        takeOver(architecture.parameters(), parameters, target.parameters(), start.parameters);
        takeOver(architecture.buffers(), buffers, target.buffers(), start.buffers);
        return start;
    }

    private static void takeOver(List<TensorSpec> own, float[] values, List<TensorSpec> other, float[] into) {
        Map<String, TensorSpec> byName = new LinkedHashMap<>();
        own.forEach(t -> byName.put(t.name(), t));
        for (TensorSpec tensor : other) {
            TensorSpec same = byName.get(tensor.name());
            if (same != null && same.shape().equals(tensor.shape())) {
                System.arraycopy(values, same.offset(), into, tensor.offset(), tensor.size());
            }
        }
    }

    /** The weights without the auxiliary outputs, which only training uses. */
    public NetworkWeights withoutAuxiliary() {
        WdrNetArchitecture target = architecture.withAuxiliary(0, 0);
        // the auxiliary tensors come last, so everything else keeps its place
        return target.equals(architecture)
                ? this
                : new NetworkWeights(target, Arrays.copyOf(parameters, size(target.parameters())), buffers, metadata);
    }

    /** The weights with their auxiliary outputs replaced by untrained ones of these sizes; 0 for none. */
    public NetworkWeights withAuxiliary(int patches, int features, long seed) {
        NetworkWeights trained = withoutAuxiliary();
        NetworkWeights fresh = initial(architecture.withAuxiliary(patches, features), seed, metadata);
        System.arraycopy(trained.parameters, 0, fresh.parameters, 0, trained.parameters.length);
        return new NetworkWeights(fresh.architecture, fresh.parameters, buffers, metadata);
    }

    /**
     * Reads a safetensors file.
     *
     * @throws IOException as {@link NetworkFile#read}
     */
    public static NetworkWeights read(Path file) throws IOException {
        return NetworkFile.read(file).weights();
    }

    /**
     * Reads the bytes of a safetensors file.
     *
     * @throws IOException as {@link NetworkFile#read}
     */
    public static NetworkWeights fromBytes(byte[] bytes) throws IOException {
        return NetworkFile.of(bytes).weights();
    }

    /** The bytes of a safetensors file, without the auxiliary outputs; equal weights give equal bytes. */
    public byte[] toBytes() {
        if (architecture.patches() > 0 || architecture.features() > 0) {
            return withoutAuxiliary().toBytes();
        }
        Map<String, SafetensorsFile.Tensor> tensors = new LinkedHashMap<>();
        scatter(architecture.parameters(), parameters, tensors);
        scatter(architecture.buffers(), buffers, tensors);
        Map<String, String> all = new TreeMap<>(metadata);
        all.put(NetworkFile.ARCHITECTURE, architecture.name());
        all.put(NetworkFile.CLASSES, Integer.toString(architecture.classes()));
        all.put(NetworkFile.PYRAMID_WIDTH, Integer.toString(architecture.pyramidWidth()));
        return new SafetensorsFile(tensors, all).toBytes();
    }

    private static void scatter(List<TensorSpec> specs, float[] flat, Map<String, SafetensorsFile.Tensor> to) {
        for (TensorSpec spec : specs) {
            float[] values = Arrays.copyOfRange(flat, spec.offset(), spec.offset() + spec.size());
            to.put(spec.name(), new SafetensorsFile.Tensor(spec.shape(), values));
        }
    }

    /** Writes a safetensors file atomically. */
    public void write(Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        Files.createDirectories(absolute.getParent());
        Path part = absolute.resolveSibling(absolute.getFileName() + ".part");
        Files.write(part, toBytes());
        Files.move(
                part,
                absolute,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING,
                java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    /** Hash of {@link #toBytes()}, hexadecimal. */
    public String sha256() {
        return NetworkFile.sha256(toBytes());
    }

    /**
     * Describes the network that answers, without auxiliary outputs and with batch normalisation folded.
     *
     * @return its tensors, whose numbers are in {@link #folded}
     */
    public List<TensorSpec> describe(NetworkOperations operations) {
        return WdrNetGraph.describe(architecture.withAuxiliary(0, 0), GraphMode.FOLDED, operations)
                .parameters();
    }

    /**
     * Folds batch normalisation into the convolutions before it: the parameters of the folded graph, one flat vector.
     *
     * <pre>kernel' = kernel * weight / sqrt(variance + 1e-5),  bias' = bias - mean * weight / sqrt(variance + 1e-5)</pre>
     */
    public float[] folded() {
        List<TensorSpec> foldedTensors =
                WdrNetGraph.describe(architecture, GraphMode.FOLDED).parameters();
        Map<String, TensorSpec> own = new LinkedHashMap<>();
        architecture.parameters().forEach(t -> own.put(t.name(), t));
        Map<String, TensorSpec> statistics = new LinkedHashMap<>();
        architecture.buffers().forEach(t -> statistics.put(t.name(), t));
        float[] folded = new float[size(foldedTensors)];
        for (TensorSpec tensor : foldedTensors) {
            String unit = tensor.name().replaceFirst("\\.conv\\.(weight|bias)$", "");
            TensorSpec mean = statistics.get(unit + ".bn.running_mean");
            if (mean == null || unit.equals(tensor.name())) {
                TensorSpec source = own.get(tensor.name());
                System.arraycopy(parameters, source.offset(), folded, tensor.offset(), source.size());
                continue;
            }
            int variance = statistics.get(unit + ".bn.running_var").offset();
            int weight = own.get(unit + ".bn.weight").offset();
            int bias = own.get(unit + ".bn.bias").offset();
            int channels = mean.size();
            int each = tensor.size() / channels;
            for (int c = 0; c < channels; c++) {
                double gain = parameters[weight + c] / Math.sqrt(buffers[variance + c] + 1e-5);
                if (tensor.name().endsWith(".bias")) {
                    folded[tensor.offset() + c] = (float) (parameters[bias + c] - buffers[mean.offset() + c] * gain);
                    continue;
                }
                int source = own.get(tensor.name()).offset() + c * each;
                for (int i = 0; i < each; i++) {
                    folded[tensor.offset() + c * each + i] = (float) (parameters[source + i] * gain);
                }
            }
        }
        return folded;
    }
}
