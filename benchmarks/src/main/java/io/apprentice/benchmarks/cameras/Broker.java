package io.apprentice.benchmarks.cameras;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.apprentice.schemas.ConsumerGroups;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.service.ServiceContext;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** What a broker says: how far the groups are behind, and how much has passed. */
final class Broker implements AutoCloseable {
    private final Admin admin;
    private final JMXConnector connector;
    private final Map<String, String> groups = new LinkedHashMap<>();
    private final Map<TopicPartition, OffsetSpec> ends = new HashMap<>();

    /** @param process the broker's */
    @SuppressWarnings("BanJNDI") // what answers is a process that we have started
    Broker(ServiceContext context, Process process) throws IOException, AttachNotSupportedException {
        admin = Admin.create(new HashMap<>(context.kafka().properties()));
        VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
        connector = JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
        machine.detach();
        String prefix = context.topics().settings().prefix();
        groups.put("inference", ConsumerGroups.inference(prefix));
        groups.put("teacher", ConsumerGroups.teacher(prefix));
        for (int i = 0; i < context.topics().settings().cameraPartitions(); i++) {
            ends.put(new TopicPartition(context.topics().name(Topic.FRAMES), i), OffsetSpec.latest());
        }
    }

    /** Frames in the topic. */
    long frames() throws ExecutionException, InterruptedException {
        return ends().values().stream().mapToLong(Long::longValue).sum();
    }

    private Map<TopicPartition, Long> ends() throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> all = new HashMap<>();
        admin.listOffsets(ends).all().get().forEach((partition, end) -> all.put(partition, end.offset()));
        return all;
    }

    /** Frames that wait, by service. */
    Map<String, Long> lag() throws ExecutionException, InterruptedException {
        Map<String, Long> lag = new LinkedHashMap<>();
        for (Map.Entry<String, String> group : groups.entrySet()) {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group.getValue())
                    .partitionsToOffsetAndMetadata()
                    .get();
            long behind = 0;
            for (Map.Entry<TopicPartition, Long> end : ends().entrySet()) {
                OffsetAndMetadata done = committed.get(end.getKey());
                behind += end.getValue() - (done == null ? 0 : done.offset());
            }
            lag.put(group.getKey(), behind);
        }
        return lag;
    }

    /** Bytes since its start that clients have sent, or have been sent. */
    long bytes(boolean in) throws IOException, JMException {
        MBeanServerConnection beans = connector.getMBeanServerConnection();
        String name = "kafka.server:type=BrokerTopicMetrics,name=" + (in ? "BytesInPerSec" : "BytesOutPerSec");
        return (Long) beans.getAttribute(new ObjectName(name), "Count");
    }

    @Override
    public void close() throws IOException {
        connector.close();
        admin.close();
    }
}
