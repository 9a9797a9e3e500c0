package io.apprentice.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.console.gateway.GatewaySettings;
import io.apprentice.console.http.Refusal;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {

    @TempDir
    private Path folder;

    private static HttpHeaders headers(String... pairs) {
        HttpHeaders headers = new DefaultHttpHeaders();
        for (int i = 0; i < pairs.length; i += 2) {
            headers.add(pairs[i], pairs[i + 1]);
        }
        return headers;
    }

    private static void assertRefused(Access access, Access.Scope scope, int status, String... pairs) {
        assertThatThrownBy(() -> access.require(scope, headers(pairs)))
                .isInstanceOfSatisfying(
                        Refusal.class, r -> assertThat(r.status().code()).isEqualTo(status));
    }

    @Test
    void require_onLoopback_letsThisMachineInAndNoPageOfAnotherSite() throws IOException {
        Access access = new Access(ConsoleSettings.DEFAULTS);
        access.require(Access.Scope.WRITE, headers("Host", "127.0.0.1:8090"));
        access.require(Access.Scope.WRITE, headers("Host", "localhost:8090", "Origin", "http://localhost:8090"));
        access.require(Access.Scope.READ, headers("Host", "[::1]:8090"));
        assertRefused(access, Access.Scope.READ, 421, "Host", "rebound.example:8090");
        assertRefused(access, Access.Scope.READ, 421);
        assertRefused(access, Access.Scope.WRITE, 403, "Host", "localhost:8090", "Origin", "https://evil.example");
        assertRefused(access, Access.Scope.WRITE, 403, "Host", "localhost:8090", "Origin", "null");
    }

    @Test
    void require_elsewhere_takesATokenOfTheScope() throws IOException {
        Path file = folder.resolve("tokens");
        Access access = new Access(
                new ConsoleSettings(true, "0.0.0.0", 0, file, Path.of(""), Path.of(""), GatewaySettings.DEFAULTS));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        String[] words = Files.readString(file).split("\\s+", -1);
        String read = "Bearer " + words[1];
        String write = "Bearer " + words[3];

        access.require(Access.Scope.READ, headers("Authorization", read));
        access.require(Access.Scope.READ, headers("Authorization", write));
        access.require(Access.Scope.WRITE, headers("Authorization", write));
        assertRefused(access, Access.Scope.WRITE, 403, "Authorization", read);
        assertRefused(access, Access.Scope.READ, 401, "Authorization", "Bearer " + words[1] + "x");
        assertRefused(access, Access.Scope.READ, 401, "Host", "localhost");
    }

    @Test
    void construct_givenAnUnusableFile_saysWhatIsExpected() throws IOException {
        Path file = Files.writeString(folder.resolve("short"), "read abc\n");
        assertThatThrownBy(() -> new Access(new ConsoleSettings(
                        true, "0.0.0.0", 0, file, Path.of(""), Path.of(""), GatewaySettings.DEFAULTS)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("write TOKEN");
        assertThatThrownBy(() -> new Access(new ConsoleSettings(
                        true, "0.0.0.0", 0, Path.of(""), Path.of(""), Path.of(""), GatewaySettings.DEFAULTS)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("console.token-file");
    }
}
