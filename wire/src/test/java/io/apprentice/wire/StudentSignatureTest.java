package io.apprentice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.testing.PemKeys;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudentSignatureTest {

    private static final String SHA256 = "ab".repeat(32);

    @TempDir
    private Path directory;

    private PemKeys keys;
    private Optional<ByteBuffer> signature;

    @BeforeEach
    void sign() throws Exception {
        keys = PemKeys.write(directory.resolve("keys"));
        signature = StudentSigner.of(new SigningSettings(keys.privateKey(), Path.of("")))
                .sign("student", 3, SHA256);
    }

    private static StudentVerifier trusting(Path file) {
        return StudentVerifier.of(new SigningSettings(Path.of(""), file));
    }

    @Test
    void require_givenASignature_letsThatVersionThroughAndNoOther() {
        StudentVerifier verifier = trusting(keys.publicKey());

        assertThatCode(() -> verifier.require("student", 3, SHA256, signature)).doesNotThrowAnyException();
        assertThatThrownBy(() -> verifier.require("student", 4, SHA256, signature))
                .hasMessageContaining("got another one");
        assertThatThrownBy(() -> verifier.require("other", 3, SHA256, signature))
                .hasMessageContaining("got another one");
        assertThatThrownBy(() -> verifier.require("student", 3, "cd".repeat(32), signature))
                .hasMessageContaining("got another one");
        assertThatThrownBy(() -> verifier.require("student", 3, SHA256, Optional.of(ByteBuffer.wrap(new byte[5]))))
                .hasMessageContaining("got another one");
        assertThatThrownBy(() -> verifier.require("student", 3, SHA256, Optional.empty()))
                .hasMessageContaining("got none");
    }

    @Test
    void require_givenSeveralKeysInOneFile_trustsEach() throws Exception {
        PemKeys others = PemKeys.write(directory.resolve("others"));
        Path both = Files.writeString(
                directory.resolve("both.pub"),
                Files.readString(others.publicKey()) + Files.readString(keys.publicKey()));

        assertThatCode(() -> trusting(both).require("student", 3, SHA256, signature))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> trusting(others.publicKey()).require("student", 3, SHA256, signature))
                .hasMessageContaining("one of the 1 keys");
    }

    @Test
    void of_givenNoKeys_signsNothingAndAsksForNothing() {
        assertThat(StudentSigner.of(SigningSettings.OFF).sign("student", 3, SHA256))
                .isEmpty();
        assertThatCode(() -> StudentVerifier.of(SigningSettings.OFF).require("student", 3, SHA256, Optional.empty()))
                .doesNotThrowAnyException();
    }

    @Test
    void of_givenAFileThatIsNoKey_namesSettingAndFile() throws Exception {
        Path broken = Files.writeString(
                directory.resolve("broken.pub"), "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");

        for (Path file : new Path[] {broken, keys.privateKey(), directory.resolve("missing.pub")}) {
            assertThatThrownBy(() -> trusting(file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("models.signing.public-keys")
                    .hasMessageContaining(file.toString());
        }
        assertThatThrownBy(() -> StudentSigner.of(new SigningSettings(keys.publicKey(), Path.of(""))))
                .hasMessageContaining("models.signing.private-key");
    }
}
