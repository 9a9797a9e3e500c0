package io.apprentice.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** A fresh pair of Ed25519 keys in files, as {@code openssl genpkey} writes them. */
public record PemKeys(Path privateKey, Path publicKey) {

    /** Writes a pair into a new folder. */
    public static PemKeys write(Path folder) throws IOException, NoSuchAlgorithmException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Files.createDirectories(folder);
        return new PemKeys(
                Files.writeString(
                        folder.resolve("student.key"),
                        pem("PRIVATE KEY", pair.getPrivate().getEncoded())),
                Files.writeString(
                        folder.resolve("student.pub"),
                        pem("PUBLIC KEY", pair.getPublic().getEncoded())));
    }

    private static String pem(String what, byte[] encoded) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, base64, what);
    }
}
