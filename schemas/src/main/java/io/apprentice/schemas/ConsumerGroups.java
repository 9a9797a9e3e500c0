package io.apprentice.schemas;

/** The consumer groups of the services: with the topics' names what an operator of a cluster grants rights for. */
public final class ConsumerGroups {

    private ConsumerGroups() {}

    /** All teachers share the frames. */
    public static String teacher(String prefix) {
        return prefix + "teacher";
    }

    /** One trainer per student. */
    public static String trainer(String prefix, String student) {
        return prefix + "trainer-" + student;
    }

    /** All inference services share the frames; also the application id of Kafka Streams. */
    public static String inference(String prefix) {
        return prefix + "inference";
    }
}
