package io.apprentice.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TeacherSourceTest {

    @ParameterizedTest
    @ValueSource(strings = {"network", "external", "results:a:b.csv", "java:mine"})
    void parse_givenItsOwnText_isTheSame(String text) {
        assertThat(TeacherSource.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "java", "java:", "external:x", "teacher.safetensors"})
    void parse_givenAnythingElse_saysWhatIsExpected(String text) {
        assertThatThrownBy(() -> TeacherSource.parse(text))
                .hasMessageContaining("network, external, results:FILE.csv or java:ID, got '" + text + "'");
    }

    @Test
    void setting_givenAFile_isTheNetworksWeights() {
        assertThat(TeacherSource.setting("t.safetensors")).isEqualTo("teacher.weights=t.safetensors");
        assertThat(TeacherSource.setting("java:mine")).isEqualTo("teacher.source=java:mine");
    }
}
