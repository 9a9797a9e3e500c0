package io.apprentice.scene;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NamedObjectsTest {

    @Test
    void load_givenUnknownBuiltin_saysWhatThereIs() {
        assertThatThrownBy(() -> NamedObjects.load("duck", "builtin:duck"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("builtin:parcel")
                .hasMessageContaining("builtin:duck");
    }
}
