package io.apprentice.recordings.calibration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Recognises what a text is by its content, and makes trees of members of it. */
final class CalibrationFormats {

    static final String EXPECTED =
            "a calibration: JSON or YAML with fx, fy, cx, cy or a 3x3 camera matrix, ROS camera_info, OpenCV FileStorage,"
                    + " RealSense, COLMAP cameras.txt or BOP cam_K (docs/cameras.md shows each)";

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();
    private static final ObjectMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private CalibrationFormats() {}

    /**
     * The documents of a text, each a tree.
     *
     * @return at least one
     * @throws IOException if the text is of no known format
     */
    static List<Candidate> documents(String raw) throws IOException {
        String text = raw.startsWith("\uFEFF") ? raw.substring(1) : raw;
        String trimmed = text.strip();
        if (trimmed.isEmpty()) {
            throw new IOException("nothing in it; expected " + EXPECTED);
        }
        if (text.indexOf('\0') >= 0) {
            throw new IOException("not a text; expected " + EXPECTED
                    + ". COLMAP writes text with: colmap model_converter --output_type TXT");
        }
        if (trimmed.startsWith("<")) {
            return List.of(document(OpenCvStorage.read(trimmed)));
        }
        if (trimmed.startsWith("%YAML:") || trimmed.contains("!!opencv-matrix")) {
            return List.of(
                    document(OpenCvStorage.read(trimmed.startsWith("%YAML") ? trimmed : "%YAML:1.0\n---\n" + text)));
        }
        if (ColmapCameras.isOne(text)) {
            return ColmapCameras.read(text);
        }
        if (RealSenseText.isOne(text)) {
            return RealSenseText.read(text);
        }
        return trimmed.startsWith("{") || trimmed.startsWith("[")
                ? all(JSON, "JSON", trimmed)
                : all(YAML, "YAML", text);
    }

    private static List<Candidate> all(ObjectMapper mapper, String format, String text) throws IOException {
        List<Candidate> documents = new ArrayList<>();
        try (MappingIterator<JsonNode> nodes = mapper.readerFor(JsonNode.class).readValues(text)) {
            while (nodes.hasNextValue()) {
                JsonNode node = nodes.nextValue();
                if (node.isContainerNode()) {
                    documents.add(document(node));
                } else if (!node.isNull()) {
                    throw new IOException("neither members nor a table; expected " + EXPECTED);
                }
            }
        } catch (JsonProcessingException e) {
            String problem = e.getOriginalMessage().lines().findFirst().orElse("");
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw new IOException(
                    "broken %s in line %d (%s); expected %s".formatted(format, line, problem, EXPECTED), e);
        }
        if (documents.isEmpty()) {
            throw new IOException("nothing in it; expected " + EXPECTED);
        }
        return documents;
    }

    private static Candidate document(JsonNode node) {
        return new Candidate("", node, List.of());
    }
}
