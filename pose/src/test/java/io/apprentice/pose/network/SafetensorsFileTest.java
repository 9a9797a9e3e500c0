package io.apprentice.pose.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.testing.Mutations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {

    private static final String TWO = """
            {"__metadata__":{"a":"b"},
            "x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
            "y":{"dtype":"BF16","shape":[2,2],"data_offsets":[8,16]}}""";

    private static final String TYPES = """
            {"h":{"dtype":"F16","shape":[3],"data_offsets":[0,6]},
            "d":{"dtype":"F64","shape":[],"data_offsets":[6,14]},
            "n":{"dtype":"I64","shape":[1,1],"data_offsets":[14,22]}}""";

    private static byte[] file(String header, int dataLength) {
        return file(header.getBytes(StandardCharsets.UTF_8), dataLength);
    }

    private static byte[] file(byte[] json, int dataLength) {
        return ByteBuffer.allocate(8 + json.length + dataLength)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    @Test
    void parse_givenWhatWasWritten_returnsTheSame() throws IOException {
        Map<String, SafetensorsFile.Tensor> tensors = new LinkedHashMap<>();
        tensors.put("b", new SafetensorsFile.Tensor(List.of(2, 1), new float[] {1, -2}));
        tensors.put("a", new SafetensorsFile.Tensor(List.of(), new float[] {0.5f}));

        SafetensorsFile read = SafetensorsFile.parse(new SafetensorsFile(tensors, Map.of("k", "v")).toBytes());

        assertThat(read.metadata()).isEqualTo(Map.of("k", "v"));
        assertThat(read.tensors().keySet()).containsExactly("b", "a");
        assertThat(read.tensors().get("b").shape()).containsExactly(2, 1);
        assertThat(read.tensors().get("b").values()).containsExactly(1, -2);
        assertThat(read.tensors().get("a").values()).containsExactly(0.5f);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            [8,16]   | [8,20]          | tensor 'y': expected a whole number from 0 to 16 as offset, got 20
            [8,16]   | [8,12]          | tensor 'y': BF16 [2,2] takes 8 bytes, offsets [8,12] span 4
            [8,16]   | [4,12]          | tensor 'y' begins at 4, expected 8
            [8,16]   | [0,8]           | expected 8
            [8,16]   | [8.0,16.0]      | expected a whole number from 0 to 16 as offset, got 8.0
            [8,16]   | [-8,0]          | expected a whole number from 0 to 16 as offset, got -8
            [8,16]   | [8]             | tensor 'y': expected dtype, shape and two data_offsets
            [2,2]    | [2,"2"]         | tensor 'y': expected a whole number from 0 to 2147483647 as size, got "2"
            [2,2]    | [65536,65536]   | tensor 'y' is too large: [65536,65536]
            [2,2]    | [1,1,1,1,1,1,1,2,2] | tensor 'y': expected at most 8 dimensions, got 9
            "BF16"   | "U8"            | tensor 'y': expected F64, F32, F16, BF16 or I64, got U8
            "y":     | "x":            | Duplicate field 'x'
            {"a":"b"} | ["b"]          | expected strings by key as __metadata__, got ["b"]
            "b"      | 5               | metadata 'a': expected a string, got 5
            "BF16"   | "F32"           | tensor 'y': F32 [2,2] takes 16 bytes, offsets [8,16] span 8
            """)
    void parse_givenLyingHeader_namesTheTensorAndBothSides(String good, String bad, String message) {
        assertThat(TWO).contains(good);
        assertThatThrownBy(() -> SafetensorsFile.parse(file(TWO.replace(good, bad), 16)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    @Test
    void parse_givenAnotherLength_saysHowMuchIsThere() {
        assertThatThrownBy(() -> SafetensorsFile.parse(file(TWO, 17)))
                .isInstanceOf(IOException.class)
                .hasMessage("safetensors: tensors take 16 bytes, the file holds 17");
        byte[] whole = file(TWO, 16);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> SafetensorsFile.parse(cut)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void parse_givenDamagedFiles_failsCleanly() throws IOException {
        Mutations.assertSurvives(SafetensorsFile::parse, List.of(file(TWO, 16), file(TYPES, 22)), 300_000, 1, 64 << 10);
    }

    @Test
    void parse_givenDamagedHeadersOfTheRightLength_failsCleanly() throws IOException {
        Mutations.assertSurvives(
                header -> SafetensorsFile.parse(file(header, 16)),
                List.of(TWO.getBytes(StandardCharsets.UTF_8)),
                300_000,
                6,
                64 << 10);
    }
}
