package io.apprentice.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.schemas.DirectiveKind;
import org.junit.jupiter.api.Test;

class DirectiveKeyTest {

    @Test
    void of_givenKeysOfTheTopic_tellsPeopleFromTheTraining() {
        assertThat(DirectiveKey.of("gate".getBytes(UTF_8)))
                .isEqualTo(new DirectiveKey(DirectiveKind.STRIDE, "gate", false));
        assertThat(DirectiveKey.of("stride/gate/2".getBytes(UTF_8)))
                .isEqualTo(DirectiveKey.ofPerson(DirectiveKind.STRIDE, "gate/2"));
        assertThat(DirectiveKey.of("pin/student".getBytes(UTF_8)))
                .isEqualTo(DirectiveKey.ofPerson(DirectiveKind.PIN, "student"));
        assertThat(DirectiveKey.of("unknown/x".getBytes(UTF_8)).byPerson()).isFalse();
    }

    @Test
    void bytes_ofAnyKey_giveItAgain() {
        for (DirectiveKey key : new DirectiveKey[] {
            DirectiveKey.ofPerson(DirectiveKind.PAUSE, "a b"), new DirectiveKey(DirectiveKind.STRIDE, "left", false)
        }) {
            assertThat(DirectiveKey.of(key.bytes())).isEqualTo(key);
        }
    }
}
