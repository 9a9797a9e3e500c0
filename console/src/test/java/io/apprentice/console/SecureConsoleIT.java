package io.apprentice.console;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.console.gateway.GatewaySettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A console that listens on every address: HTTPS, by a certificate made for the test, and tokens. */
class SecureConsoleIT extends RunningConsole {

    private static final String PASSWORD = "changeit";

    @TempDir
    private Path folder;

    private KeyStore store;

    @BeforeEach
    void makeCertificate() throws Exception {
        Path file = folder.resolve("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "it",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), US_ASCII);
        assertThat(keytool.waitFor()).as(said).isZero();
        store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        write("certificate.pem", "CERTIFICATE", store.getCertificate("it").getEncoded());
        write(
                "key.pem",
                "PRIVATE KEY",
                store.getKey("it", PASSWORD.toCharArray()).getEncoded());
    }

    private void write(String name, String what, byte[] bytes) throws IOException {
        Files.writeString(
                folder.resolve(name),
                "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                        .formatted(what, Base64.getMimeEncoder().encodeToString(bytes), what));
    }

    private ConsoleSettings settings(String certificate, String key) {
        return new ConsoleSettings(
                true,
                "0.0.0.0",
                0,
                folder.resolve("tokens"),
                folder.resolve(certificate),
                folder.resolve(key),
                GatewaySettings.DEFAULTS);
    }

    private HttpClient client() throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    @Test
    void page_byHttps_isServedAndAsksForATokenOfTheScope() throws Exception {
        try (ConsoleService secure = new ConsoleService(context, settings("certificate.pem", "key.pem"), List.of())) {
            URI at = URI.create(secure.url());
            assertThat(at.getScheme()).isEqualTo("https");
            HttpClient client = client();
            URI page = new URI("https", null, "127.0.0.1", at.getPort(), "/", null, null);
            assertThat(status(client, HttpRequest.newBuilder(page))).isEqualTo(200);
            URI state = page.resolve("/api/state");
            assertThat(status(client, HttpRequest.newBuilder(state))).isEqualTo(401);
            assertThat(status(client, HttpRequest.newBuilder(page.resolve("/api/poses"))))
                    .isEqualTo(401);
            String read = Files.readString(folder.resolve("tokens")).split("\\s+", -1)[1];
            assertThat(status(client, HttpRequest.newBuilder(state).header("Authorization", "Bearer " + read)))
                    .isEqualTo(200);
            HttpRequest.Builder action = HttpRequest.newBuilder(page.resolve("/api/directives"))
                    .header("Authorization", "Bearer " + read)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{}"));
            assertThat(status(client, action)).isEqualTo(403);
            URI plain = new URI("http", null, "127.0.0.1", at.getPort(), "/", null, null);
            assertThatThrownBy(() -> status(client, HttpRequest.newBuilder(plain)))
                    .isInstanceOf(IOException.class);
        }
    }

    private static int status(HttpClient client, HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void construct_givenAKeyThatIsNone_saysWhichFilesAreExpected() {
        assertThatThrownBy(() -> new ConsoleService(context, settings("certificate.pem", "certificate.pem"), List.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("console.key");
        assertThatThrownBy(() -> new ConsoleSettings(
                        true, "127.0.0.1", 0, Path.of(""), Path.of("a"), Path.of(""), GatewaySettings.DEFAULTS))
                .hasMessageContaining("must be given together");
    }
}
