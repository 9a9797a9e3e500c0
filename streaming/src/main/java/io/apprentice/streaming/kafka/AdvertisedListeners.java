package io.apprentice.streaming.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.ClientResponse;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.ManualMetadataUpdater;
import org.apache.kafka.clients.MetadataRecoveryStrategy;
import org.apache.kafka.clients.NetworkClient;
import org.apache.kafka.clients.NetworkClientUtils;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.Selectable;
import org.apache.kafka.common.network.Selector;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;

/**
 * The addresses to which a cluster sends its clients ({@code advertised.listeners}). A client that reaches the bootstrap
 * address but none of these waits, and does not say for what. Kafka's own clients hide the addresses, so the one request
 * that returns them is sent here, with the same security as theirs.
 */
public final class AdvertisedListeners {

    private static final String NAME = "advertised-listeners";
    /** Without a limit, a server of HTTP makes Kafka's client allocate 1.2 GB: it takes "HTTP" for a length. */
    private static final int LARGEST_ANSWER = 1 << 20;

    private static final int REQUEST_MILLIS = 5000;
    /** For each address that is advertised. */
    private static final int ADDRESS_MILLIS = 3000;

    private AdvertisedListeners() {}

    /**
     * Asks the first bootstrap server that answers.
     *
     * @throws IOException if none answers within 5 s each, or the security does not fit
     */
    public static List<InetSocketAddress> of(KafkaSettings kafka) throws IOException {
        AdminClientConfig config = new AdminClientConfig(kafka.with(Map.of(), Map.of()));
        IOException problem = new IOException("no address in " + kafka.bootstrapServers());
        for (InetSocketAddress server : ClientUtils.parseAndValidateAddresses(config)) {
            try {
                return ask(config, server, REQUEST_MILLIS);
            } catch (IOException e) {
                problem = new IOException("no broker answers at " + text(server), e);
            } catch (KafkaException e) {
                problem = new IOException("%s: %s".formatted(text(server), e.getMessage()), e);
            }
        }
        throw problem;
    }

    private static List<InetSocketAddress> ask(AdminClientConfig config, InetSocketAddress server, int millis)
            throws IOException {
        Node node = new Node(-1, server.getHostString(), server.getPort());
        LogContext log = new LogContext();
        try (Metrics metrics = new Metrics();
                Selector selector = new Selector(
                        LARGEST_ANSWER,
                        2L * millis,
                        metrics,
                        Time.SYSTEM,
                        NAME,
                        Map.of(),
                        false,
                        ClientUtils.createChannelBuilder(config, Time.SYSTEM, log),
                        log);
                NetworkClient client = new NetworkClient(
                        selector,
                        new ManualMetadataUpdater(List.of(node)),
                        NAME,
                        1,
                        millis,
                        millis,
                        Selectable.USE_DEFAULT_BUFFER_SIZE,
                        Selectable.USE_DEFAULT_BUFFER_SIZE,
                        millis,
                        millis,
                        millis,
                        Time.SYSTEM,
                        true,
                        new ApiVersions(),
                        log,
                        MetadataRecoveryStrategy.NONE)) {
            if (!NetworkClientUtils.awaitReady(client, node, Time.SYSTEM, millis)) {
                throw new IOException("no answer after %d s".formatted(millis / 1000));
            }
            ClientResponse response = NetworkClientUtils.sendAndReceive(
                    client,
                    client.newClientRequest(
                            node.idString(),
                            new MetadataRequest.Builder(List.of(), false),
                            Time.SYSTEM.milliseconds(),
                            true),
                    Time.SYSTEM);
            Collection<Node> nodes = ((MetadataResponse) response.responseBody()).brokers();
            return nodes.stream()
                    .map(n -> InetSocketAddress.createUnresolved(n.host(), n.port()))
                    .toList();
        }
    }

    /**
     * What to do if the cluster sends its clients to addresses that this machine does not reach; empty if it reaches all, or
     * the cluster cannot be asked.
     */
    public static Optional<String> advice(KafkaSettings kafka) {
        List<String> away;
        try {
            AdminClientConfig config = new AdminClientConfig(kafka.with(Map.of(), Map.of()));
            away = of(kafka).parallelStream()
                    .map(address -> unreachable(config, address))
                    .flatMap(Optional::stream)
                    .toList();
        } catch (IOException e) {
            return Optional.empty();
        }
        return away.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "%s answers, but sends its clients to %s; set the broker's advertised.listeners to an address that this machine reaches"
                                .formatted(kafka.bootstrapServers(), String.join(" and ", away)));
    }

    /** Something that is no broker may listen there, so a connection alone proves nothing. */
    private static Optional<String> unreachable(AdminClientConfig config, InetSocketAddress address) {
        String reason;
        try {
            InetAddress.getByName(address.getHostString());
            ask(config, address, ADDRESS_MILLIS);
            return Optional.empty();
        } catch (UnknownHostException e) {
            reason = "no such host";
        } catch (IOException e) {
            reason = "no broker answers there";
        } catch (KafkaException e) {
            reason = String.valueOf(e.getMessage());
        }
        return Optional.of("%s (%s)".formatted(text(address), reason));
    }

    private static String text(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }
}
