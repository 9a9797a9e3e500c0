package io.apprentice.console;

import io.apprentice.console.http.Refusal;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/**
 * Who may look and who may act. On a loopback address everybody who is on this machine may do both, but not in the name
 * of a page of another site; on any other address a token says so.
 */
final class Access {

    /** What a request wants. */
    enum Scope {
        /** To look. */
        READ,
        /** To act; includes looking. */
        WRITE
    }

    private static final int BYTES = 32;
    private static final int SHORTEST = 16;
    private static final String SCHEME = "Bearer ";

    private final boolean open;
    private final Map<Scope, byte[]> tokens = new EnumMap<>(Scope.class);

    /** @throws IOException if tokens are needed and their file is unusable, naming it */
    Access(ConsoleSettings settings) throws IOException {
        open = InetAddress.getByName(settings.host()).isLoopbackAddress();
        if (!open) {
            if (settings.tokenFile().toString().isEmpty()) {
                throw new IOException("console.token-file must name a file where console.host is %s, got nothing"
                        .formatted(settings.host()));
            }
            make(settings.tokenFile());
            read(settings.tokenFile());
        }
    }

    /** Whether everybody on this machine may look and act. */
    boolean isOpen() {
        return open;
    }

    private static void make(Path file) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (var channel = Files.newByteChannel(
                file,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            channel.write(StandardCharsets.UTF_8.encode("read %s%nwrite %s%n".formatted(random(), random())));
        } catch (FileAlreadyExistsException e) {
            // another process was faster
        }
    }

    private static String random() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    private void read(Path file) throws IOException {
        for (String line : Files.readAllLines(file)) {
            String[] words = line.strip().split("\\s+", -1);
            if (words.length == 2 && words[1].length() >= SHORTEST) {
                for (Scope scope : Scope.values()) {
                    if (words[0].equalsIgnoreCase(scope.name())) {
                        tokens.put(scope, words[1].getBytes(StandardCharsets.UTF_8));
                    }
                }
            }
        }
        if (tokens.isEmpty()) {
            throw new IOException("%s: expected lines 'read TOKEN' and 'write TOKEN' with at least %d characters each"
                    .formatted(file, SHORTEST));
        }
    }

    /** @throws Refusal if the sender of these headers may not */
    void require(Scope scope, HttpHeaders headers) {
        if (open) {
            requireOwnPage(headers);
            return;
        }
        String authorization = headers.get(HttpHeaderNames.AUTHORIZATION, "");
        byte[] given = (authorization.startsWith(SCHEME) ? authorization.substring(SCHEME.length()) : "")
                .strip()
                .getBytes(StandardCharsets.UTF_8);
        boolean writes = is(Scope.WRITE, given);
        boolean reads = is(Scope.READ, given);
        if (!writes && !reads) {
            throw new Refusal(HttpResponseStatus.UNAUTHORIZED, "expected 'Authorization: Bearer TOKEN'");
        }
        if (scope == Scope.WRITE && !writes) {
            throw new Refusal(
                    HttpResponseStatus.FORBIDDEN, "this token lets its owner look; to act takes one that may write");
        }
    }

    private boolean is(Scope scope, byte[] given) {
        return tokens.containsKey(scope) && MessageDigest.isEqual(tokens.get(scope), given);
    }

    /** A page of another site may send requests here from a browser on this machine; none of them is granted. */
    private static void requireOwnPage(HttpHeaders headers) {
        String host = headers.get(HttpHeaderNames.HOST, "");
        if (!isLoopback(host)) {
            throw new Refusal(
                    HttpResponseStatus.MISDIRECTED_REQUEST,
                    "Host: expected an address of this machine such as localhost, got '%s'".formatted(host));
        }
        for (String origin : headers.getAll(HttpHeaderNames.ORIGIN)) {
            if (!List.of("http://" + host, "https://" + host).contains(origin)) {
                throw new Refusal(
                        HttpResponseStatus.FORBIDDEN, "Origin: expected this page, got '%s'".formatted(origin));
            }
        }
    }

    private static boolean isLoopback(String host) {
        try {
            String name = URI.create("http://" + host).getHost();
            return name != null
                    && (name.equals("localhost") || name.equals("[::1]") || name.matches("127(\\.\\d+){3}"));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
