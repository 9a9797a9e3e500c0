package io.apprentice.recordings.calibration;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Numbers as files write them: alone, as text, in lists, in lists of lists, as a matrix with {@code data}. */
final class Values {

    private Values() {}

    /**
     * A number.
     *
     * @throws IOException if the text is none, or not a finite one
     */
    static double number(String name, String text) throws IOException {
        try {
            double value = Double.parseDouble(text.strip());
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IOException("%s is '%s'; expected a finite number".formatted(name, text));
    }

    /**
     * All numbers of a value, row by row.
     *
     * @throws IOException if something in it is not a finite number, or a matrix has not as many as its rows and columns say
     */
    static double[] numbers(String name, JsonNode value) throws IOException {
        List<Double> numbers = new ArrayList<>();
        JsonNode data = value.isObject() ? value.path("data") : value;
        collect(name, data, numbers);
        if (value.isObject() && value.path("rows").isInt() && value.path("cols").isInt()) {
            int expected = value.get("rows").intValue() * value.get("cols").intValue();
            if (expected != numbers.size()) {
                throw new IOException("%s has %d numbers; expected %d, as its rows and cols say"
                        .formatted(name, numbers.size(), expected));
            }
        }
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static void collect(String name, JsonNode node, List<Double> numbers) throws IOException {
        if (node.isArray()) {
            for (JsonNode element : node) {
                collect(name, element, numbers);
            }
        } else if (node.isValueNode()) {
            for (String word : node.asText().strip().split("[\\s,;x]+", -1)) {
                if (!word.isEmpty()) {
                    numbers.add(number(name, word));
                }
            }
        } else {
            throw new IOException(name + " holds no numbers; expected numbers, a list of them or a matrix with 'data'");
        }
    }

    /** Whether a value is a single number, or a text that may hold one. */
    static boolean isScalar(JsonNode value) {
        return value.isNumber()
                || (value.isTextual() && !value.textValue().strip().contains(" "));
    }
}
