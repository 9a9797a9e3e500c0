package io.apprentice.benchmarks.cuda;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apprentice.pose.network.NetworkArchive;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.TensorSpec;
import io.apprentice.pose.network.TrainableWdrNet;
import io.apprentice.pose.network.WdrNet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;

/**
 * Writes what {@code check.py} reads: {@code index.json}, the archives that the product would load on a GPU, and what
 * the product answers on this CPU, little-endian float32. Weights and crops are not written; {@link NumberRule} makes
 * them. Gradients are those of half the sum of squares of the outputs.
 */
public final class CudaExport {

    private static final List<Precision> PRECISIONS = List.of(Precision.FLOAT32, Precision.BFLOAT16);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    private CudaExport(Path folder) {
        this.folder = folder;
    }

    /** {@code FOLDER [NETWORK...]}; without names, all networks. */
    public static void main(String[] args) throws IOException {
        List<String> known =
                ExportedNetwork.ALL.stream().map(ExportedNetwork::name).toList();
        List<String> names = List.of(args).subList(Math.min(1, args.length), args.length);
        if (args.length == 0 || !known.containsAll(names)) {
            System.err.println("usage: export FOLDER [NETWORK...], networks: " + String.join(", ", known));
            System.exit(2);
        }
        write(Path.of(args[0]), names.isEmpty() ? known : names);
        System.exit(0);
    }

    /** Writes the networks of these names. */
    static void write(Path folder, List<String> names) throws IOException {
        Files.createDirectories(folder);
        CudaExport export = new CudaExport(folder);
        ObjectNode index = JSON.createObjectNode();
        index.put("memory", "memory.pt");
        Files.write(folder.resolve("memory.pt"), NetworkArchive.memory());
        ArrayNode networks = index.putArray("networks");
        for (ExportedNetwork network : ExportedNetwork.ALL) {
            if (names.contains(network.name())) {
                export.write(network, networks.addObject());
            }
        }
        Files.writeString(
                folder.resolve("index.json"),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsString(index));
    }

    private void write(ExportedNetwork network, ObjectNode to) throws IOException {
        to.put("name", network.name());
        to.put("backbone", network.architecture().name());
        to.put("classes", network.architecture().classes());
        to.put("pyramid_width", network.architecture().pyramidWidth());
        to.put("patches", network.architecture().patches());
        to.put("features", network.architecture().features());
        to.put("crop", network.crop());
        to.put("batch", ExportedNetwork.BATCH);
        describe(network.architecture().parameters(), to.putArray("parameters"));
        describe(network.architecture().buffers(), to.putArray("buffers"));
        to.put("parameters_crc32", crc32(network.weights().parameters()));
        ArrayNode runs = to.putArray("runs");
        for (Precision precision : PRECISIONS) {
            infer(network, precision, runs.addObject());
            train(network, precision, runs.addObject());
        }
    }

    private static void describe(List<TensorSpec> tensors, ArrayNode to) {
        for (TensorSpec tensor : tensors) {
            ObjectNode node = to.addObject();
            node.put("name", tensor.name());
            tensor.shape().forEach(node.putArray("shape")::add);
            node.put("centre", ExportedNetwork.range(tensor).centre());
            node.put("spread", ExportedNetwork.range(tensor).spread());
        }
    }

    private void infer(ExportedNetwork network, Precision precision, ObjectNode run) throws IOException {
        String name = start(run, network, "inference", precision);
        Files.write(folder.resolve(name + ".pt"), NetworkArchive.inference(network.architecture(), precision));
        try (WdrNet net = new WdrNet(network.weights(), precision)) {
            WdrNet.Output output = net.run(network.crops(), ExportedNetwork.BATCH, network.crop(), network.crop());
            outputs(run, name, List.of(output.logits(), output.values()));
        }
    }

    private void train(ExportedNetwork network, Precision precision, ObjectNode run) throws IOException {
        String name = start(run, network, "training", precision);
        Files.write(folder.resolve(name + ".pt"), NetworkArchive.training(network.architecture(), precision));
        float[] parameters = network.weights().parameters();
        float[] buffers = network.weights().buffers();
        try (TrainableWdrNet net = new TrainableWdrNet(network.architecture(), precision)) {
            TrainableWdrNet.Outputs[] outputs = new TrainableWdrNet.Outputs[1];
            float[] gradient =
                    net.gradient(parameters, buffers, network.crops(), ExportedNetwork.BATCH, network.crop(), o -> {
                        outputs[0] = o;
                        return o;
                    });
            outputs(run, name, present(outputs[0]));
            run.put("gradient", file(name + ".gradient", network.samples(gradient)));
            run.put("buffers", file(name + ".buffers", buffers));
        }
    }

    private static String start(ObjectNode run, ExportedNetwork network, String mode, Precision precision) {
        String type = precision.name().toLowerCase(Locale.ROOT);
        String name = String.join(".", network.name(), mode, type);
        run.put("mode", mode);
        run.put("precision", type);
        run.put("archive", name + ".pt");
        return name;
    }

    /** The outputs that there are, in the graph's order. */
    private static List<float[]> present(TrainableWdrNet.Outputs o) {
        return List.of(o.logits(), o.values(), o.patches(), o.features()).stream()
                .filter(output -> output.length > 0)
                .toList();
    }

    private void outputs(ObjectNode run, String name, List<float[]> outputs) throws IOException {
        ArrayNode files = run.putArray("outputs");
        for (float[] output : outputs) {
            files.add(file(name + ".output" + files.size(), output));
        }
    }

    private String file(String name, float[] values) throws IOException {
        Files.write(folder.resolve(name + ".f32"), littleEndian(values).array());
        return name + ".f32";
    }

    private static ByteBuffer littleEndian(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    private static long crc32(float[] values) {
        CRC32 crc = new CRC32();
        crc.update(littleEndian(values));
        return crc.getValue();
    }
}
