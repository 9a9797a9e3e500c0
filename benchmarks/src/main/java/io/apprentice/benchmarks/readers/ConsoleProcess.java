package io.apprentice.benchmarks.readers;

import io.apprentice.console.ConsoleService;
import io.apprentice.console.ConsoleSettings;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.service.ServiceContext;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.util.List;

/** A console alone in a process; prints its address, then a line about its memory for each line that it reads. */
public final class ConsoleProcess {

    private ConsoleProcess() {}

    static Topics topics() {
        return new Topics(new TopicSettings("readers-", 1, 1, true));
    }

    static ServiceContext context(String broker, String registry) throws InterruptedException {
        return new ServiceContext(
                KafkaSettings.of(broker),
                topics(),
                AvroCodecs.connect(RegistrySettings.of(registry), topics()),
                new SimpleMeterRegistry());
    }

    /**
     * Runs it until standard input ends.
     *
     * @param args address of the broker, URL of the registry
     * @throws IOException if it cannot listen
     * @throws InterruptedException if it is stopped while it waits for the registry
     */
    public static void main(String... args) throws IOException, InterruptedException {
        ConsoleService console = new ConsoleService(context(args[0], args[1]), ConsoleSettings.DEFAULTS, List.of());
        try (console) {
            console.start();
            System.out.println(console.url());
            while (System.in.read() >= 0) {
                System.out.println(memory());
            }
        }
    }

    /** Bytes of the heap that were in use after the last collections, and bytes of direct buffers. */
    private static String memory() {
        long heap = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage after = pool.getCollectionUsage();
            heap += after == null ? 0 : after.getUsed();
        }
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return heap + " " + direct;
    }
}
