package io.apprentice.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys in PEM files, and what is signed by them. */
final class SigningKeys {

    static final String ALGORITHM = "Ed25519";

    private SigningKeys() {}

    /** What a signature is over. */
    static byte[] signed(String student, long version, String sha256) {
        return "student %s version %d sha256 %s"
                .formatted(student, version, sha256)
                .getBytes(UTF_8);
    }

    static PrivateKey privateKey(Path file) {
        List<byte[]> blocks = blocks(file, "PRIVATE KEY", "models.signing.private-key");
        try {
            return factory().generatePrivate(new PKCS8EncodedKeySpec(blocks.get(0)));
        } catch (GeneralSecurityException e) {
            throw unreadable("models.signing.private-key", file, e.getMessage(), e);
        }
    }

    static List<PublicKey> publicKeys(Path file) {
        List<PublicKey> keys = new ArrayList<>();
        for (byte[] block : blocks(file, "PUBLIC KEY", "models.signing.public-keys")) {
            try {
                keys.add(factory().generatePublic(new X509EncodedKeySpec(block)));
            } catch (GeneralSecurityException e) {
                throw unreadable("models.signing.public-keys", file, e.getMessage(), e);
            }
        }
        return List.copyOf(keys);
    }

    private static List<byte[]> blocks(Path file, String what, String setting) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw unreadable(setting, file, e.toString(), e);
        }
        Matcher pem = Pattern.compile("-----BEGIN %s-----([^-]+)-----END %s-----".formatted(what, what))
                .matcher(text);
        List<byte[]> blocks = new ArrayList<>();
        while (pem.find()) {
            try {
                blocks.add(Base64.getMimeDecoder().decode(pem.group(1)));
            } catch (IllegalArgumentException e) {
                throw unreadable(setting, file, e.getMessage(), e);
            }
        }
        if (blocks.isEmpty()) {
            throw unreadable(setting, file, "it has no " + what, null);
        }
        return blocks;
    }

    private static IllegalArgumentException unreadable(String setting, Path file, String why, Exception cause) {
        return new IllegalArgumentException(
                "%s: expected a file with an Ed25519 key in PEM form, got %s: %s".formatted(setting, file, why), cause);
    }

    private static KeyFactory factory() {
        try {
            return KeyFactory.getInstance(ALGORITHM);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has Ed25519", e);
        }
    }
}
