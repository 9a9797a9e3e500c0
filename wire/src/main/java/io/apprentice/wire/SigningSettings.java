package io.apprentice.wire;

import java.nio.file.Path;

/**
 * Who may make students, under the key {@code models.signing}.
 *
 * @param privateKey the trainer's Ed25519 key, a file in PEM form (PKCS #8); empty: students are not signed
 * @param publicKeys the keys that the inference trusts, one file in PEM form with one or more of them; empty: any student is
 *     taken, signed or not
 */
public record SigningSettings(Path privateKey, Path publicKeys) {

    /** Nothing is signed, nothing is asked for. */
    public static final SigningSettings OFF = new SigningSettings(Path.of(""), Path.of(""));
}
