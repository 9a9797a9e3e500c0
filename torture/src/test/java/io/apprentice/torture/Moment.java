package io.apprentice.torture;

import static net.bytebuddy.matcher.ElementMatchers.named;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * When a service dies, as if by SIGKILL. Its code knows nothing of this: the call is woven in when the class is loaded, and only
 * in a process that {@link #main} starts. Public, since the woven code calls it.
 */
public enum Moment {
    /** All is sent, nothing is committed. */
    BEFORE_COMMIT("org.apache.kafka.clients.producer.KafkaProducer", "commitTransaction", Entry.class, ""),
    /** The commit is on its way, or done and not yet answered. */
    IN_COMMIT("org.apache.kafka.clients.producer.KafkaProducer", "commitTransaction", SoonAfterEntry.class, ""),
    /** The broker has it, and the service has not done anything since. */
    AFTER_COMMIT("org.apache.kafka.clients.producer.KafkaProducer", "commitTransaction", Return.class, ""),
    /** Some parts of the checkpoint are sent. */
    IN_CHECKPOINT("org.apache.kafka.clients.producer.KafkaProducer", "doSend", CheckpointEntry.class, "trainer"),
    /** The group waits for this member, which has its partitions and does not take them. */
    IN_REBALANCE("org.apache.kafka.clients.consumer.internals.ConsumerCoordinator", "onJoinComplete", Entry.class, ""),
    /** The next student is built, and the one before in use. */
    IN_SWAP("io.apprentice.inference.StudentSlot", "replace", Entry.class, "inference");

    /** Exit code of a process that died at its moment. */
    static final int EXIT_CODE = 77;

    /** As long as a commit takes on one machine, about. */
    private static final int COMMIT_MILLIS = 20;

    private static final AtomicInteger LEFT = new AtomicInteger();

    private final String type;
    private final String method;
    private final Class<?> advice;
    private final String service;

    /**
     * @param type has the method
     * @param method at which the process dies
     * @param advice how exactly
     * @param service how the names of the services begin that have this moment
     */
    Moment(String type, String method, Class<?> advice, String service) {
        this.type = type;
        this.method = method;
        this.advice = advice;
        this.service = service;
    }

    boolean isOf(Node node) {
        return node.name().startsWith(service);
    }

    /** Runs a main class until a moment comes for the n-th time. Arguments: the moment, n, the main class, its arguments. */
    public static void main(String[] arguments)
            throws ClassNotFoundException, NoSuchMethodException, IllegalAccessException, InvocationTargetException {
        Moment moment = valueOf(arguments[0]);
        LEFT.set(Integer.parseInt(arguments[1]));
        new AgentBuilder.Default()
                .type(named(moment.type))
                .transform((builder, type, loader, module, domain) ->
                        builder.visit(Advice.to(moment.advice).on(named(moment.method))))
                .installOn(ByteBuddyAgent.install());
        Class.forName(arguments[2]).getMethod("main", String[].class).invoke(null, (Object)
                Arrays.copyOfRange(arguments, 3, arguments.length));
    }

    /** Called by the woven code. */
    public static void now() {
        if (LEFT.decrementAndGet() == 0) {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }

    /** Called by the woven code. */
    public static void soon() {
        if (LEFT.decrementAndGet() == 0) {
            Thread death = new Thread(() -> {
                try {
                    Thread.sleep(ThreadLocalRandom.current().nextInt(COMMIT_MILLIS));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                Runtime.getRuntime().halt(EXIT_CODE);
            });
            death.start();
        }
    }

    /** Called by the woven code. */
    public static void sent(Object record) {
        if (record instanceof ProducerRecord<?, ?> sent && sent.topic().equals("training-checkpoints")) {
            now();
        }
    }

    private static final class Entry {
        @Advice.OnMethodEnter
        static void enter() {
            now();
        }
    }

    private static final class SoonAfterEntry {
        @Advice.OnMethodEnter
        static void enter() {
            soon();
        }
    }

    private static final class Return {
        @Advice.OnMethodExit
        static void leave() {
            now();
        }
    }

    private static final class CheckpointEntry {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(0) Object record) {
            sent(record);
        }
    }
}
