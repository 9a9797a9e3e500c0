package io.apprentice.app.deployment;

import io.apprentice.embedded.EmbeddedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/**
 * A broker as in {@code docker/compose-secure.yaml}, with the keys and passwords that {@code docker/certificates} makes, which
 * besides allows only what an ACL allows. Who comes without a password, from this machine, is its administrator.
 */
final class SecuredBroker implements AutoCloseable {
    private final Path secrets;
    private final int clients;
    private final String inside;
    private final EmbeddedBroker broker;
    private final Admin admin;

    SecuredBroker(Path folder, List<String> users) throws Exception {
        secrets = secrets(Files.createDirectories(folder.resolve("docker")));
        clients = freePort();
        int controller = freePort();
        inside = "127.0.0.1:" + freePort();
        Map<String, String> properties = new HashMap<>();
        properties.put(
                "listeners",
                "CLIENTS://127.0.0.1:%d,INSIDE://%s,CONTROLLER://127.0.0.1:%d".formatted(clients, inside, controller));
        properties.put("advertised.listeners", "CLIENTS://localhost:%d,INSIDE://%s".formatted(clients, inside));
        properties.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
        properties.put("listener.security.protocol.map", "CLIENTS:SASL_SSL,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("inter.broker.listener.name", "INSIDE");
        properties.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
        properties.put(
                "listener.name.clients.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        properties.put("ssl.keystore.type", "PEM");
        properties.put("ssl.keystore.location", secrets.resolve("broker-1.pem").toString());
        properties.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        properties.put("super.users", "User:ANONYMOUS");
        broker = EmbeddedBroker.start(folder.resolve("broker"), clients, properties);
        admin = Admin.create(Map.of("bootstrap.servers", inside));
        List<UserScramCredentialAlteration> passwords = new ArrayList<>();
        for (String user : users) {
            passwords.add(new UserScramCredentialUpsertion(
                    user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), password(user)));
        }
        admin.alterUserScramCredentials(passwords).all().get();
    }

    private static Path secrets(Path folder) throws IOException, InterruptedException {
        Path script = folder.resolve("certificates");
        Files.copy(KubernetesFiles.DOCKER.resolve("certificates"), script, StandardCopyOption.COPY_ATTRIBUTES);
        Process process = new ProcessBuilder(script.toString()).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IOException("docker/certificates failed");
        }
        return folder.resolve("secrets");
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    Admin admin() {
        return admin;
    }

    /** The administrator's address. */
    String inside() {
        return inside;
    }

    /** The address of the side that asks for a password. */
    String address() {
        return "localhost:" + clients;
    }

    Path authority() {
        return secrets.resolve("ca.crt");
    }

    String password(String user) throws IOException {
        return Files.readString(secrets.resolve(user + ".password")).strip();
    }

    /** What a service gets to log in, as an environment variable. */
    String login(String user) throws IOException {
        String line = Files.readString(secrets.resolve(user + ".env")).strip();
        return line.substring(line.indexOf('=') + 1);
    }

    @Override
    public void close() {
        admin.close();
        broker.close();
    }
}
