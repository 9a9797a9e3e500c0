package io.apprentice.recordings.calibration;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * COLMAP's {@code cameras.txt}: a line per camera, {@code ID MODEL WIDTH HEIGHT PARAMETERS}. COLMAP counts pixels from the
 * corner of the top-left pixel, so half a pixel is taken off its centre.
 *
 * @see "COLMAP, src/colmap/sensor/models.h and database format: the centre of the top-left pixel is (0.5, 0.5)"
 */
final class ColmapCameras {

    private static final Pattern LINE = Pattern.compile("\\d+\\s+[A-Z][A-Z_]+\\s+\\d+\\s+\\d+(\\s+\\S+)*");
    private static final Map<String, List<String>> PARAMETERS = Map.of(
            "SIMPLE_PINHOLE", List.of("f", "cx", "cy"),
            "PINHOLE", List.of("fx", "fy", "cx", "cy"),
            "SIMPLE_RADIAL", List.of("f", "cx", "cy", "k1"),
            "RADIAL", List.of("f", "cx", "cy", "k1", "k2"),
            "OPENCV", List.of("fx", "fy", "cx", "cy", "k1", "k2", "p1", "p2"),
            "FULL_OPENCV", List.of("fx", "fy", "cx", "cy", "k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6"));
    private static final String HALF_PIXEL =
            "COLMAP counts from the corner of the first pixel: cx and cy are taken half a pixel smaller";

    private ColmapCameras() {}

    private static List<String> lines(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }

    /** Whether a text's first line that is no comment describes a camera. */
    static boolean isOne(String text) {
        List<String> lines = lines(text);
        return !lines.isEmpty() && LINE.matcher(lines.get(0)).matches();
    }

    /**
     * A camera per line.
     *
     * @throws IOException if a line is not one of a camera or its model is not supported, naming what was expected
     */
    static List<Candidate> read(String text) throws IOException {
        List<Candidate> cameras = new ArrayList<>();
        for (String line : lines(text)) {
            if (!LINE.matcher(line).matches()) {
                throw new IOException("'%s'; expected COLMAP's ID MODEL WIDTH HEIGHT PARAMETERS".formatted(line));
            }
            cameras.add(camera(line.split("\\s+", -1)));
        }
        return cameras;
    }

    private static Candidate camera(String[] words) throws IOException {
        List<String> names = PARAMETERS.get(words[1]);
        List<String> values = Arrays.asList(words).subList(4, words.length);
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("width", words[2]).put("height", words[3]);
        if (names == null) { // refused by name, if the pictures are of this camera
            node.put("f", "0").put("model", words[1]).put("distortion", String.join(" ", values));
            return new Candidate("camera " + words[0], node, List.of());
        }
        if (names.size() != values.size()) {
            throw new IOException("camera %s: model %s with %d parameters; expected %d: %s"
                    .formatted(words[0], words[1], values.size(), names.size(), String.join(" ", names)));
        }
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (name.startsWith("c")) {
                node.put(name, Values.number(name, values.get(i)) - 0.5);
            } else {
                node.put(name, values.get(i));
            }
        }
        return new Candidate("camera " + words[0], node, List.of(HALF_PIXEL));
    }
}
