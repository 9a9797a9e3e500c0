package io.apprentice.recordings.calibration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.bytedeco.opencv.opencv_core.FileNode;
import org.bytedeco.opencv.opencv_core.FileStorage;
import org.bytedeco.opencv.opencv_core.StringVector;

/** YAML and XML of OpenCV's {@code FileStorage}, read by OpenCV itself. */
final class OpenCvStorage {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private OpenCvStorage() {}

    /**
     * The tree of a text; matrices are objects with {@code rows}, {@code cols} and {@code data}.
     *
     * @throws IOException if OpenCV cannot read it
     */
    static JsonNode read(String text) throws IOException {
        try (FileStorage storage = new FileStorage(text, FileStorage.READ | FileStorage.MEMORY);
                FileNode root = storage.root()) {
            return tree(root);
        } catch (RuntimeException e) { // what bytedeco makes of OpenCV's exceptions
            throw new IOException("OpenCV's FileStorage cannot read it; expected " + CalibrationFormats.EXPECTED, e);
        }
    }

    private static JsonNode tree(FileNode node) {
        if (node.isMap()) {
            ObjectNode map = NODES.objectNode();
            try (StringVector keys = node.keys()) {
                for (long i = 0; i < keys.size(); i++) {
                    String key = keys.get(i).getString().replace("\0", ""); // OpenCV counts C's end of a text
                    try (FileNode child = node.get(key)) {
                        map.set(key, tree(child));
                    }
                }
            }
            return map;
        }
        if (node.isSeq()) {
            ArrayNode list = NODES.arrayNode();
            for (int i = 0; i < node.size(); i++) {
                try (FileNode child = node.at(i)) {
                    list.add(tree(child));
                }
            }
            return list;
        }
        if (node.isInt()) {
            return NODES.numberNode(node.asInt());
        }
        if (node.isReal()) {
            return NODES.numberNode(node.asDouble());
        }
        return node.isString() ? NODES.textNode(node.asBytePointer().getString()) : NODES.nullNode();
    }
}
