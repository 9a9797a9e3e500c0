package io.apprentice.schemas;

/** The consumer groups of the services. A cluster's operator grants rights for them and for the topics. */
public final class ConsumerGroups {

    private ConsumerGroups() {}

    /** The group of the teachers, which share the frames. */
    public static String teacher(String prefix) {
        return prefix + "teacher";
    }

    /** The group of a student's trainer. */
    public static String trainer(String prefix, String student) {
        return prefix + "trainer-" + student;
    }

    /** The group of the inference services, which share the frames; also the application id of Kafka Streams. */
    public static String inference(String prefix) {
        return prefix + "inference";
    }
}
